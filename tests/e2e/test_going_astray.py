"""Back, reload, twice, too late: what people do that no form expects."""

from playwright.sync_api import expect

from tests.e2e.conftest import Arrives
from tests.e2e.crowd import come


def test_back_and_reload_never_send_another_sms(arrives: Arrives) -> None:
    alice = arrives()
    alice.ask_for_code()
    page = alice.page
    page.reload()
    page.go_back()
    expect(alice.heading).to_have_text("Sign in")
    page.reload()
    page.go_forward()
    expect(alice.heading).to_have_text("Enter the code")
    page.reload()
    assert alice.messages() == 1
    alice.enter_code(alice.read_code())
    alice.is_at("/profile/")


def test_going_back_after_signing_in_is_no_dead_end(arrives: Arrives) -> None:
    alice = arrives()
    alice.ask_for_code()
    alice.enter_code(alice.read_code())
    alice.is_at("/profile/")
    for _ in range(2):
        alice.page.go_back()
        expect(alice.page.get_by_role("button", name="Sign out")).to_be_visible()
    assert alice.messages() == 1


def test_the_code_page_without_a_number_asks_for_one(arrives: Arrives) -> None:
    alice = arrives()
    alice.open("/sign-in/code/")
    alice.is_at("/sign-in/?next=/profile/")


def test_a_refused_form_is_no_dead_end(arrives: Arrives) -> None:
    alice = arrives()
    page = alice.open("/sign-in/")
    alice.field("Phone number").fill("12345")
    alice.press("Send the code")
    expect(alice.field("Phone number")).to_have_attribute("aria-invalid", "true")
    page.reload()
    alice.give_number()
    alice.field("Confirmation code").fill("12")
    alice.press("Sign in")
    expect(alice.field("Confirmation code")).to_have_attribute("aria-invalid", "true")
    page.go_back()
    expect(alice.heading).to_have_text("Enter the code")
    page.go_back()
    expect(alice.heading).to_have_text("Sign in")
    assert alice.messages() == 1


def test_pressing_twice_is_pressing_once(arrives: Arrives) -> None:
    alice = arrives()
    alice.open("/sign-in/")
    alice.field("Phone number").fill(alice.phone_number)
    alice.main.get_by_role("button", name="Send the code").dblclick()
    expect(alice.heading).to_have_text("Enter the code")
    expect(alice.page.get_by_role("status")).to_have_count(0)
    assert alice.messages() == 1
    alice.field("Confirmation code").fill(alice.read_code())
    alice.main.get_by_role("button", name="Sign in").dblclick()
    alice.is_at("/profile/")
    expect(alice.page.get_by_role("alert")).to_have_count(0)
    alice.open("/settings/sign-ins/")
    expect(alice.main.get_by_role("listitem")).to_have_count(1)


def test_what_cannot_be_undone_needs_a_fresh_sign_in(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    alice.site.let_pass("11 minutes", alice.phone_number)
    alice.open("/settings/phone/")
    expect(alice.heading).to_have_text("Sign in again")
    alice.press("Send the code")  # the number stands there already
    alice.enter_code(alice.read_code())
    alice.is_at("/settings/phone/")


def test_a_list_that_cannot_be_loaded_says_so(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    come(alice.site, alice.invite_code, 1)
    alice.page.reload()
    alice.context.set_offline(True)
    alice.press("Show all numbers")
    alice.is_told("That did not work.")
    alice.context.set_offline(False)
    alice.watch.problems.clear()  # the browser complains, too
    alice.press("Show all numbers")
    expect(alice.main.get_by_role("button", name="Hide all numbers")).to_be_visible()
