"""The people who open the pages, each at the point where a page shows the most."""

from collections.abc import Callable
from functools import cached_property

from playwright.sync_api import Browser

from tests.e2e.crowd import Client, come
from tests.e2e.people import Person, wrong
from tests.e2e.site import ADMINISTRATOR, Site
from tests.e2e.test_settings import choose, picture

SMALL_WINDOW = {"width": 320, "height": 640}


class Cast:
    """Who opens the pages; each of them arrives when first needed."""

    def __init__(self, site: Site, broken: Callable[[], Site], browser: Browser) -> None:
        self.site, self.broken, self.browser = site, broken, browser

    def person(self, phone_number: str | None = None, site: Site | None = None) -> Person:
        return Person(site or self.site, self.browser, phone_number, viewport=SMALL_WINDOW)

    @cached_property
    def visitor(self) -> Person:
        return self.person()

    @cached_property
    def waiting(self) -> Person:
        """Has asked for a code."""
        waiting = self.person()
        waiting.ask_for_code()
        return waiting

    @cached_property
    def mistaken(self) -> Person:
        """Has entered one wrong code after another."""
        mistaken = self.person()
        mistaken.ask_for_code()
        code = mistaken.read_code()
        for _ in range(3):
            mistaken.enter_code(wrong(code))
        return mistaken

    @cached_property
    def newcomer(self) -> Person:
        return self.person().sign_in()

    @cached_property
    def returning(self) -> Person:
        """Signed in some time ago."""
        returning = self.person().sign_in()
        self.site.let_pass("11 minutes", returning.phone_number)
        return returning

    @cached_property
    def host(self) -> Person:
        """Has a name and a picture, was invited, has invited many, and has signed in twice."""
        client = Client(self.site)
        client.activate(Client(self.site).invite_code)
        come(self.site, client.invite_code, 24)
        self.person(client.phone_number).sign_in()
        host = self.person(client.phone_number).sign_in()
        host.open("/settings/")
        host.field("First name").fill("Александра-Вильгельмина")
        choose(host, picture())
        host.press("Save")
        return host

    @cached_property
    def mover(self) -> Person:
        """Is about to move to another number."""
        mover = self.person().sign_in()
        mover.open("/settings/phone/")
        mover.field("Phone number").fill(self.site.new_number())
        mover.press("Send the code")
        mover.heading.get_by_text("Enter the code").wait_for()
        return mover

    @cached_property
    def administrator(self) -> Person:
        return self.person(ADMINISTRATOR).sign_in("/admin/login/", "/admin/")

    @cached_property
    def entering(self) -> Person:
        """Waits for a code to sign in to the administration."""
        entering = self.person()
        page = entering.open("/admin/login/")
        page.get_by_label("Phone number").fill(entering.phone_number)
        page.get_by_role("button", name="Send the code").click()
        page.get_by_label("Confirmation code").wait_for()
        return entering

    @cached_property
    def astray(self) -> Person:
        """On a site whose database is gone, which only some pages need."""
        astray = self.person(site=self.broken())
        astray.watch.expected = {400, 403, 404, 405, 429, 500}
        astray.watch.sites.append(astray.site.url.replace("127.0.0.1", "localhost"))
        return astray

    @cached_property
    def stranded(self) -> Person:
        """On that site with a session, which would be read from the database."""
        stranded = self.person(site=self.broken())
        stranded.context.add_cookies(
            [{"name": "sessionid", "value": "a" * 32, "url": stranded.site.url}]
        )
        stranded.watch.expected = {503}
        return stranded
