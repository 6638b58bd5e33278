"""Every page of the site, opened by somebody of the cast to whom it shows the most."""

import re
from collections.abc import Callable

from playwright.sync_api import Page


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


def confirm_action(page: Page) -> None:
    first_person(page)
    page.get_by_role("button").filter(has_text=re.compile("Block|Заблокировать")).click()
    page.locator("#id_reason").wait_for()


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
    "sign-in-again": ("returning", at("/settings/phone/")),
    "settings": ("host", at("/settings/")),
    "settings-phone": ("host", at("/settings/phone/")),
    "settings-phone-code": ("mover", at("/settings/phone/code/")),
    "settings-sign-ins": ("host", at("/settings/sign-ins/")),
    "settings-account": ("host", at("/settings/account/")),
    "redoc": ("visitor", redoc),
    "swagger": ("visitor", swagger),
    "admin-login": ("visitor", at("/admin/login/")),
    "admin-code": ("entering", at("/admin/login/code/")),
    "admin-password": ("visitor", at("/admin/login/password/")),
    "admin": ("administrator", at("/admin/")),
    "admin-people": ("administrator", at("/admin/users/user/")),
    "admin-person": ("administrator", first_person),
    "admin-confirm-action": ("administrator", confirm_action),
    "admin-codes": ("administrator", at("/admin/users/confirmationcode/")),
    "admin-sign-ins": ("administrator", at("/admin/users/signin/")),
    "admin-trail": ("administrator", at("/admin/users/auditevent/")),
    "admin-invite-codes": ("administrator", at("/admin/referrals/invitecode/")),
    "admin-activations": ("administrator", at("/admin/referrals/activation/")),
    "400": ("astray", wrong_host),
    "403": ("astray", without_cookies),
    "404": ("astray", at("/nowhere/")),
    "405": ("astray", at("/sign-out/")),
    "429": ("astray", at("/refuses/")),
    "500": ("astray", at("/breaks/")),
    "503": ("stranded", at("/")),
}
