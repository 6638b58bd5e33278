"""`make screenshots`: the few pictures of the README, of a site full of made-up people."""

from io import BytesIO
from typing import Any, NamedTuple

from PIL import Image
from playwright.sync_api import Browser

from tests import environment  # starts PostgreSQL, where DATABASE_URL names none
from tests.e2e.chromium import chromium
from tests.e2e.people import Person
from tests.e2e.site import ADMINISTRATOR, Site, furnished
from tests.stack import ROOT

__all__ = ["environment"]

SHOWN = ROOT / "docs" / "screenshots"
COLOURS = 96  # the pages have few, and the pictures stay small
DESKTOP = {"viewport": {"width": 1200, "height": 750}}
PHONE = {"viewport": {"width": 320, "height": 640}, "device_scale_factor": 2, "is_mobile": True}
DARK = {"color_scheme": "dark"}
MOST_INVITEES = """
SELECT phone_number FROM users_user JOIN referrals_activation ON inviter_id = users_user.id
GROUP BY phone_number ORDER BY count(*) DESC LIMIT 1
"""


class Picture(NamedTuple):
    path: str
    options: dict[str, Any]


OF_A_VISITOR = {
    "front": Picture("/", DESKTOP),
    "invitation-phone": Picture("/i/A2B3C4/", PHONE),
}
OF_SOMEBODY = {
    "profile": Picture("/profile/", DESKTOP),
    "profile-phone-dark": Picture("/profile/", PHONE | DARK),
    "invited-phone": Picture("/invited/", PHONE),
    "settings-dark": Picture("/settings/", DESKTOP | DARK),
}


def take(person: Person, name: str) -> None:
    taken = Image.open(BytesIO(person.page.screenshot(animations="disabled"))).convert("RGB")
    few = taken.quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(SHOWN / f"{name}.png", optimize=True)


def show(site: Site, browser: Browser) -> None:
    for name, (path, options) in OF_A_VISITOR.items():
        visitor = Person(site, browser, **options)
        visitor.open(path)
        take(visitor, name)
    [[phone_number]] = site.query(MOST_INVITEES)
    waiting = Person(site, browser, phone_number, **PHONE)
    waiting.ask_for_code()
    take(waiting, "sign-in-phone")
    for name, (path, options) in OF_SOMEBODY.items():
        take(Person(site, browser, phone_number, **options).sign_in(then=path), name)
    root = Person(site, browser, ADMINISTRATOR, **DESKTOP).sign_in("/admin/login/", "/admin/")
    take(root, "administration")


def main() -> None:
    SHOWN.mkdir(parents=True, exist_ok=True)
    with furnished(SITE_URL="http://invite.example") as site, chromium() as browser:
        show(site, browser)


if __name__ == "__main__":
    main()
