"""What must not work, tried as somebody would who means harm."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Arrives
from tests.e2e.crowd import Client
from tests.e2e.site import Site

ELSEWHERE = ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
OF_THE_SIGNED_IN = [
    "/profile/",
    "/settings/",
    "/settings/phone/",
    "/settings/phone/code/",
    "/settings/sign-ins/",
    "/settings/account/",
    "/settings/account/data.json",
    "/activate/",
    "/activate/A2B3C4/",
    "/code/qr.svg",
    "/code/change/",
    "/invited/",
    "/invited/invited.csv",
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_signing_in_leads_to_no_other_site(arrives: Arrives, address: str) -> None:
    alice = arrives()
    alice.ask_for_code(f"/sign-in/?next={address}")
    alice.enter_code(alice.read_code())
    alice.is_at("/profile/")
    alice.open(f"/sign-in/?next={address}")
    expect(alice.page).to_have_url(re.compile(rf"^{alice.site.url}/"))


@pytest.mark.parametrize("path", OF_THE_SIGNED_IN)
def test_a_visitor_is_asked_to_sign_in_and_comes_back(site: Site, path: str) -> None:
    answer = site.client.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/sign-in/?next={path}")
    assert "no-store" in answer.headers["Cache-Control"]


def test_known_and_unknown_numbers_are_answered_alike(arrives: Arrives) -> None:
    pages = set()
    known = Client(arrives().site).phone_number
    for somebody in (arrives(phone_number=known), arrives()):
        somebody.ask_for_code()
        spelled = somebody.page.locator(".phone-number").inner_text()
        seen = somebody.main.inner_text().replace(spelled, "NUMBER")
        pages.add(re.sub(r"(in|another) .*\.", "TIME", seen))
    assert len(pages) == 1


def test_a_form_from_elsewhere_is_refused(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    alice.watch.expected = {403}
    for path in ("/settings/account/", "/sign-out/", "/code/change/"):
        answer = alice.context.request.post(path, form={"agreed": "on"})
        assert answer.status == 403
    alice.page.reload()
    alice.is_at("/profile/")


def test_no_number_is_written_into_an_address(arrives: Arrives) -> None:
    alice = arrives()
    asked: list[str] = []
    alice.page.on("request", lambda request: asked.append(request.url))
    alice.ask_for_code()
    alice.enter_code(alice.site.messages(alice.phone_number)[0]["confirmation_code"])
    alice.is_at("/profile/")
    digits = alice.phone_number.lstrip("+")
    assert not [address for address in asked if digits in address or digits[-4:] in address]


def test_a_name_is_text_whatever_it_looks_like(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    name = "<img src=x onerror=alert(1)>"
    alice.open("/settings/")
    alice.field("First name").fill(name)
    alice.press("Save")
    alice.open("/profile/")
    expect(alice.heading).to_have_text(f"Hello, {name}")
