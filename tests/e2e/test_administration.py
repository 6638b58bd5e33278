"""What an administrator does to somebody, as both of them see it."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Arrives
from tests.e2e.people import Person
from tests.e2e.site import ADMINISTRATOR


@pytest.fixture
def root(arrives: Arrives) -> Person:
    return arrives(phone_number=ADMINISTRATOR).sign_in("/admin/login/", "/admin/")


def look_up(root: Person, phone_number: str) -> None:
    root.open("/admin/users/user/")
    root.main.get_by_role("searchbox").fill(phone_number)
    root.press("Search")
    root.main.get_by_role("table").get_by_role("link", name=phone_number[-4:]).first.click()


def do(root: Person, act: str) -> None:
    root.press(act)
    root.field("Reason").fill("Spam")
    root.press(act)


def test_blocking_acts_at_once_and_is_undone(arrives: Arrives, root: Person) -> None:
    alice = arrives().sign_in()
    look_up(root, alice.phone_number)
    do(root, "Block")
    expect(root.page.get_by_text("Blocked:")).to_be_visible()
    alice.page.reload()
    alice.is_at("/sign-in/?next=/profile/")
    look_up(root, alice.phone_number)
    do(root, "Unblock")
    expect(root.page.get_by_text("Unblocked:")).to_be_visible()
    assert alice.sign_in().invite_code


def test_nobody_else_sees_the_administration(arrives: Arrives) -> None:
    alice = arrives().sign_in("/admin/login/")
    alice.open("/admin/")
    expect(alice.page.get_by_role("heading", name="New people")).to_have_count(0)
    expect(alice.page.get_by_label("Phone number")).to_be_visible()
