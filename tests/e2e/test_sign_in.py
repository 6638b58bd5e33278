"""Signing in by phone, as people do it."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Arrives
from tests.e2e.people import code_in, wrong

# A browser on a phone, which reads the SMS once somebody has allowed it.
WEB_OTP = """
window.OTPCredential = class {};
if (navigator.credentials) navigator.credentials.get = async ({ otp }) => {
  if (otp.transport[0] === "sms") return { code: await newestCode() };
};
"""


def test_somebody_new_signs_in_with_the_code_of_the_sms(arrives: Arrives) -> None:
    alice = arrives()
    alice.open("/").get_by_role("navigation").get_by_role("link", name="Sign in").click()
    alice.give_number()
    expect(alice.main).to_contain_text("We have sent 4 digits to")
    alice.enter_code(alice.read_code())
    alice.is_at("/profile/")
    alice.is_told("Welcome!")
    expect(alice.page.get_by_role("navigation").get_by_text("Sign out")).to_be_visible()


def test_the_number_is_spelled_while_it_is_typed(arrives: Arrives) -> None:
    page = arrives().open("/sign-in/")
    field = page.get_by_label("Phone number")
    expect(field).to_be_focused()
    field.press_sequentially("89991234567")
    expect(field).to_have_value("8 (999) 123-45-67")
    expect(page.get_by_text("Russia")).to_be_visible()
    field.fill("")
    field.press_sequentially("+4915123456789")
    expect(field).to_have_value("+49 1512 3456789")
    expect(page.get_by_text("Germany", exact=True)).to_be_visible()


def test_what_is_no_mobile_number_is_refused_in_place(arrives: Arrives) -> None:
    alice = arrives()
    alice.open("/sign-in/")
    alice.field("Phone number").fill("+7 495 123-45-67")
    alice.press("Send the code")
    expect(alice.field("Phone number")).to_have_attribute("aria-invalid", "true")
    expect(alice.main).to_contain_text("mobile")


def test_the_whole_sms_may_be_pasted(arrives: Arrives) -> None:
    alice = arrives(permissions=["clipboard-read", "clipboard-write"])
    alice.ask_for_code()
    sms = alice.read_sms()
    alice.page.evaluate("(text) => navigator.clipboard.writeText(text)", sms)
    field = alice.field("Confirmation code")
    expect(field).to_be_focused()
    field.press("Control+V")
    expect(field).to_have_value(code_in(sms))
    field.press("Enter")
    alice.is_at("/profile/")


def test_the_code_field_is_ready_for_a_phone(arrives: Arrives) -> None:
    alice = arrives()
    alice.ask_for_code()
    field = alice.field("Confirmation code")
    expect(field).to_have_attribute("autocomplete", "one-time-code")
    expect(field).to_have_attribute("inputmode", "numeric")


def test_a_phone_that_can_enters_the_code_itself(arrives: Arrives) -> None:
    alice = arrives()
    alice.context.expose_function("newestCode", lambda: alice.read_code())
    alice.context.add_init_script(WEB_OTP)
    alice.ask_for_code()
    alice.is_at("/profile/")


def test_a_wrong_code_says_how_many_attempts_are_left(arrives: Arrives) -> None:
    alice = arrives()
    alice.ask_for_code()
    code = alice.read_code()
    for left in ("2 attempts left", "1 attempt left", "0 attempts left"):
        alice.enter_code(wrong(code))
        alice.is_told(left)
    expect(alice.heading).to_have_text("You need a new code")
    assert alice.messages() == 1


def test_another_code_may_be_asked_for_after_the_pause(arrives: Arrives) -> None:
    alice = arrives()
    alice.ask_for_code()
    again = alice.page.get_by_role("button", name="Send a new code")
    expect(again).to_be_disabled()
    expect(alice.main.get_by_text(re.compile(r"Available in 0:0\d"))).to_be_visible()
    expect(again).to_be_enabled()
    again.click()
    alice.is_told("A new code is on its way.")
    assert alice.messages() == 2
    alice.enter_code(alice.read_code())
    alice.is_at("/profile/")


def test_the_number_may_be_changed(arrives: Arrives) -> None:
    alice = arrives()
    mistyped, meant = alice.site.new_number(), alice.phone_number
    alice.phone_number = mistyped
    alice.ask_for_code()
    alice.follow("Change the number")
    expect(alice.field("Phone number")).not_to_have_value("")
    alice.phone_number = meant
    alice.give_number()
    alice.enter_code(alice.read_code())
    alice.is_at("/profile/")


def test_signing_out_leaves_nothing_behind(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    alice.page.get_by_role("button", name="Sign out").click()
    alice.is_told("You have signed out.")
    alice.page.go_back()
    alice.is_at("/sign-in/?next=/profile/")


def test_the_page_links_to_the_simulated_phone(arrives: Arrives) -> None:
    alice = arrives()
    alice.ask_for_code()
    with alice.context.expect_page() as opened:
        alice.follow("Open the simulated phone")
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("SMS inbox")


def test_the_inbox_updates_by_itself(arrives: Arrives) -> None:
    alice, phone = arrives(), arrives()
    phone.open("/dev/sms/")
    phone.field("Phone number").fill(alice.phone_number)
    phone.press("Show")
    expect(phone.main).to_contain_text("Nothing has arrived")
    alice.ask_for_code()
    messages = phone.page.get_by_role("list", name="Messages").get_by_role("listitem")
    expect(messages.filter(has_text=alice.phone_number)).to_have_count(1)
