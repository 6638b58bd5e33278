"""The same story where the browser runs no scripts."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Arrives
from tests.e2e.crowd import come
from tests.e2e.people import wrong
from tests.e2e.test_settings import choose, picture

OFF = {"java_script_enabled": False}


def test_somebody_signs_in_and_activates_a_code(arrives: Arrives) -> None:
    bob = arrives(**OFF).sign_in()
    code = bob.invite_code
    alice = arrives(**OFF)
    alice.open(f"/i/{code}/")
    alice.follow("Sign in and activate it")
    alice.give_number()
    sent = alice.read_sms()
    alice.enter_code(wrong(sent.split("#")[-1]))
    alice.is_told("2 attempts left")
    alice.enter_code(sent)  # the whole of it
    expect(alice.heading).to_have_text("Activate this code?")
    alice.press("Activate it")
    alice.is_told(f"You have activated the invite code {code}.")
    bob.page.reload()
    bob.main.get_by_role("button", name=re.compile("^Show the number")).click()
    expect(bob.main).to_contain_text(alice.phone_number)


def test_asking_again_too_soon_is_explained(arrives: Arrives) -> None:
    alice = arrives(**OFF)
    alice.ask_for_code()
    alice.press("Send a new code")
    alice.is_told("Wait a little")
    alice.enter_code(alice.read_code())
    alice.is_at("/profile/")


def test_the_list_is_paged_searched_and_revealed(arrives: Arrives) -> None:
    bob = arrives(**OFF).sign_in()
    invited = come(bob.site, bob.invite_code, 25)
    bob.page.reload()
    numbers = bob.main.get_by_role("button", name=re.compile("^Show the number"))
    expect(numbers).to_have_count(20)
    bob.press("Show more")
    expect(numbers).to_have_count(5)
    bob.press("Show all numbers")
    expect(bob.main.get_by_text(re.compile(r"^\+7999\d{7}$"))).to_have_count(5)
    bob.follow("Back to the newest")
    bob.field("Last digits of a phone number").fill(invited[0][-4:])
    bob.press("Find")
    expect(numbers).to_have_count(1)
    numbers.click()
    expect(bob.main).to_contain_text(invited[0])


def test_settings_are_changed(arrives: Arrives) -> None:
    alice = arrives(**OFF).sign_in()
    alice.open("/settings/")
    alice.field("First name").fill("Alice")
    choose(alice, picture())
    alice.press("Save")
    expect(alice.page.get_by_role("img", name="Your picture")).to_be_visible()
    new = alice.site.new_number()
    alice.open("/settings/phone/")
    alice.field("Phone number").fill(new)
    alice.press("Send the code")
    alice.enter_code(alice.read_code(new), "Change my number")
    alice.is_told("Your phone number is changed.")
    expect(alice.heading).to_have_text("Hello, Alice")


def test_sign_ins_are_ended_and_the_account_closed(arrives: Arrives) -> None:
    alice = arrives(**OFF).sign_in()
    other = arrives(**OFF, phone_number=alice.phone_number).sign_in()
    alice.open("/settings/sign-ins/")
    alice.press("End all other sign-ins")
    other.page.reload()
    other.is_at("/sign-in/?next=/profile/")
    alice.open("/settings/account/")
    alice.main.get_by_role("checkbox").check()
    alice.press("Close my account for good")
    alice.is_told("Your account is closed.")


def test_the_language_is_switched(arrives: Arrives) -> None:
    alice = arrives(**OFF)
    alice.open("/")
    alice.page.get_by_role("button", name="Русский").click()
    expect(alice.page.get_by_role("navigation").get_by_text("Войти")).to_be_visible()
