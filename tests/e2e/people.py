"""Somebody with a browser and a phone, who does what people do."""

from typing import Any, Self

from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.site import Site
from tests.e2e.watch import Watch

PATIENCE = 30_000  # milliseconds: the machine may be slow


class Person:
    """A browser of their own, every page of which is watched."""

    def __init__(
        self, site: Site, browser: Browser, phone_number: str | None = None, **options: Any
    ) -> None:
        self.site, self.phone_number = site, phone_number or site.new_number()
        defaults = {"base_url": site.url, "locale": "en", "reduced_motion": "reduce"}
        self.context = browser.new_context(**{**defaults, **options})
        self.context.set_default_timeout(PATIENCE)
        self.watch = Watch(self.context, site.url)
        self.page = self.context.new_page()

    def leave(self) -> None:
        self.context.close()

    # Signing in

    def ask_for_code(self, path: str = "/sign-in/") -> None:
        self.page.goto(path)
        self.give_number()

    def give_number(self) -> None:
        self.field("Phone number").fill(self.phone_number)
        self.press("Send the code")
        expect(self.heading).to_have_text("Enter the code")

    def read_sms(self, phone_number: str | None = None) -> str:
        """Opens the simulated phone in a tab beside, and reads the newest message."""
        phone = self.context.new_page()
        phone.goto("/dev/sms/")
        phone.get_by_label("Phone number").fill(phone_number or self.phone_number)
        phone.get_by_role("button", name="Show").click()
        newest = phone.get_by_role("list", name="Messages").get_by_role("listitem").first
        text = newest.locator("p").last.inner_text()
        phone.close()
        return text

    def read_code(self, phone_number: str | None = None) -> str:
        return code_in(self.read_sms(phone_number))

    def enter_code(self, code: str, button: str = "Sign in") -> None:
        self.field("Confirmation code").fill(code)
        self.press(button)

    def sign_in(self, path: str = "/sign-in/", then: str = "/profile/") -> Self:
        """The same in a moment, for who has more to do than to sign in."""
        self._post(path, phone_number=self.phone_number)
        code = self.site.messages(self.phone_number)[0]["confirmation_code"]
        self._post(f"{path}code/", confirmation_code=code)
        self.open(then)
        return self

    def _post(self, path: str, **form: str) -> None:
        client = self.context.request
        client.get(path)
        token = {cookie["name"]: cookie["value"] for cookie in self.context.cookies()}["csrftoken"]
        client.post(path, form={"csrfmiddlewaretoken": token, **form}, fail_on_status_code=True)

    def messages(self) -> int:
        """How many SMS the phone has received."""
        return len(self.site.messages(self.phone_number))

    # What people see of a page

    @property
    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def field(self, label: str) -> Locator:
        return self.main.get_by_label(label)

    def press(self, button: str) -> None:
        self.main.get_by_role("button", name=button, exact=True).click()

    def follow(self, link: str) -> None:
        self.main.get_by_role("link", name=link).first.click()

    def is_told(self, text: str) -> None:
        """In a notice at the top of the page."""
        notices = self.page.get_by_role("alert").or_(self.page.get_by_role("status"))
        expect(notices.filter(has_text=text).first).to_be_visible()

    def is_at(self, path: str) -> None:
        expect(self.page).to_have_url(f"{self.site.url}{path}")

    def speak(self, language: str) -> None:
        """As the switch at the foot of a page does it."""
        for url in self.watch.sites:
            self.context.add_cookies([{"name": "django_language", "value": language, "url": url}])

    def open(self, path: str) -> Page:
        self.page.goto(path)
        return self.page

    @property
    def invite_code(self) -> str:
        """As their profile shows it."""
        ticket = self.open("/profile/").get_by_role("region", name="Your invite code")
        return ticket.get_by_role("strong").inner_text()


def code_in(text: str) -> str:
    """The digits of an SMS: its last line is for browsers, and ends with them."""
    return text.split("#")[-1].strip()


def wrong(code: str) -> str:
    """Digits of the same length that are not the code."""
    return str(9 - int(code[0])) + code[1:]
