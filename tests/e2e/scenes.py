"""Every page of the site, opened by somebody to whom it shows the most."""

from collections.abc import Callable
from functools import cached_property

from playwright.sync_api import Browser, Page

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
    def host(self) -> Person:
        """Has a name and a picture, was invited, has invited many, and is in on two devices."""
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
    def knocking(self) -> Person:
        """Waits for a code at the door of the administration."""
        knocking = self.person()
        page = knocking.open("/admin/login/")
        page.get_by_label("Phone number").fill(knocking.phone_number)
        page.get_by_role("button", name="Send the code").click()
        page.get_by_label("Confirmation code").wait_for()
        return knocking

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


def at(path: str) -> Callable[[Page], object]:
    return lambda page: page.goto(path)


def refused_number(page: Page) -> None:
    page.goto("/sign-in/")
    field = page.locator("#id_phone_number")
    field.fill("+7 495 123-45-67")
    field.press("Enter")
    page.get_by_role("alert").or_(page.locator("[aria-invalid]")).first.wait_for()


def first_person(page: Page) -> None:
    page.goto("/admin/users/user/")
    page.locator("#result_list tbody th a").first.click()
    page.locator("#who").wait_for()


def redoc(page: Page) -> None:
    page.goto("/redoc/")
    page.get_by_role("heading", level=1).first.wait_for()


def swagger(page: Page) -> None:
    page.goto("/swagger/")
    page.get_by_role("heading", level=3).first.wait_for()


def wrong_host(page: Page) -> None:
    page.goto("/nowhere/")
    page.goto(page.url.replace("127.0.0.1", "localhost"))


def without_cookies(page: Page) -> None:
    page.goto("/nowhere/")
    page.context.clear_cookies(name="csrftoken")
    page.locator("[name=language][aria-current]").click()
    page.get_by_text("403").first.wait_for()


# name: who opens it, how
SCENES: dict[str, tuple[str, Callable[[Page], object]]] = {
    "front": ("visitor", at("/")),
    "inbox": ("waiting", at("/dev/sms/")),
    "inbox-empty": ("visitor", at("/dev/sms/?phone_number=1")),
    "invite": ("visitor", at("/i/A2B3C4/")),
    "invite-signed-in": ("newcomer", at("/i/A2B3C4/")),
    "sign-in": ("visitor", at("/sign-in/")),
    "sign-in-refused": ("visitor", refused_number),
    "sign-in-code": ("waiting", at("/sign-in/code/")),
    "sign-in-code-spent": ("mistaken", at("/sign-in/code/")),
    "profile-new": ("newcomer", at("/profile/")),
    "profile": ("host", at("/profile/")),
    "invited": ("host", at("/invited/")),
    "invited-new": ("newcomer", at("/invited/")),
    "activate": ("newcomer", at("/activate/")),
    "activate-code": ("newcomer", at("/activate/A2B3C4/")),
    "activated": ("host", at("/activate/")),
    "code-change": ("host", at("/code/change/")),
    "settings": ("host", at("/settings/")),
    "settings-phone": ("host", at("/settings/phone/")),
    "settings-phone-code": ("mover", at("/settings/phone/code/")),
    "settings-devices": ("host", at("/settings/devices/")),
    "settings-account": ("host", at("/settings/account/")),
    "redoc": ("visitor", redoc),
    "swagger": ("visitor", swagger),
    "admin-login": ("visitor", at("/admin/login/")),
    "admin-code": ("knocking", at("/admin/login/code/")),
    "admin-password": ("visitor", at("/admin/login/password/")),
    "admin": ("administrator", at("/admin/")),
    "admin-people": ("administrator", at("/admin/users/user/")),
    "admin-person": ("administrator", first_person),
    "400": ("astray", wrong_host),
    "403": ("astray", without_cookies),
    "404": ("astray", at("/nowhere/")),
    "405": ("astray", at("/sign-out/")),
    "429": ("astray", at("/refuses/")),
    "500": ("astray", at("/breaks/")),
    "503": ("stranded", at("/")),
}
