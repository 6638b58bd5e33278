"""One person brings another, by link."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Arrives
from tests.e2e.crowd import Client
from tests.e2e.people import Person

UNKNOWN = "Z9Z9Z9"


def go_on_to_confirm(invitee: Person, invite_code: str) -> None:
    expect(invitee.heading).to_have_text("Activate this code?")
    expect(invitee.main.get_by_text(invite_code, exact=True)).to_be_visible()
    expect(invitee.main).to_contain_text("will see your phone number")
    expect(invitee.main).to_contain_text("cannot be undone")


def test_a_link_survives_sign_in_and_is_confirmed_before_it_counts(arrives: Arrives) -> None:
    alice, bob = arrives(), arrives().sign_in()
    code = bob.invite_code
    link = bob.main.get_by_role("link", name=f"/i/{code}/").inner_text()

    alice.open(link)
    expect(alice.main).to_contain_text(code)
    expect(alice.main).not_to_contain_text(bob.phone_number[-4:])
    alice.follow("Sign in and activate it")
    alice.give_number()
    alice.enter_code(alice.read_code())
    go_on_to_confirm(alice, code)
    alice.press("Activate it")
    alice.is_told(f"You have activated the invite code {code}.")
    inviter = alice.page.get_by_role("region", name="Who invited you")
    expect(inviter.get_by_text(code, exact=True)).to_be_visible()

    bob.page.reload()
    invited = bob.page.get_by_role("region", name="People you invited")
    expect(invited.get_by_role("listitem")).to_have_count(1)
    expect(invited).not_to_contain_text(alice.phone_number)
    invited.get_by_role("button", name=re.compile("^Show the number")).click()
    expect(invited).to_contain_text(alice.phone_number)
    invited.get_by_role("button", name=re.compile("^Hide")).click()
    expect(invited).not_to_contain_text(alice.phone_number)


def test_looking_at_a_link_activates_nothing(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    code = Client(alice.site).invite_code
    alice.open(f"/i/{code}/")
    alice.follow("Continue")
    go_on_to_confirm(alice, code)
    alice.page.reload()
    alice.open("/profile/")
    expect(alice.field("Invite code of your inviter")).to_have_value(code)


def test_the_last_link_wins(arrives: Arrives) -> None:
    alice = arrives()
    first, last = Client(alice.site).invite_code, Client(alice.site).invite_code
    alice.open(f"/i/{first}/")
    alice.open(f"/i/{last}/")
    alice.sign_in()
    expect(alice.field("Invite code of your inviter")).to_have_value(last)
    alice.press("Continue")
    go_on_to_confirm(alice, last)


def test_no_link_overrides_an_activation(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    first, last = Client(alice.site).invite_code, Client(alice.site).invite_code
    alice.open(f"/activate/{first}/")
    alice.press("Activate it")
    for path in (f"/i/{last}/", f"/activate/{last}/", "/activate/"):
        alice.open(path)
        expect(alice.heading).to_have_text("You have already activated a code")
        expect(alice.main).to_contain_text(first)
        expect(alice.main).not_to_contain_text(last)


def test_a_code_is_read_in_any_spelling(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    code = Client(alice.site).invite_code
    for spelling in (f" {code[:3]}-{code[3:]} ".lower(), f"{alice.site.url}/i/{code}/"):
        alice.open("/activate/")
        alice.field("Invite code of your inviter").fill(spelling)
        alice.press("Continue")
        go_on_to_confirm(alice, code)


def test_what_is_no_code_is_refused_in_place(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    alice.field("Invite code of your inviter").fill("OOOOOO")
    alice.press("Continue")
    expect(alice.field("Invite code of your inviter")).to_have_attribute("aria-invalid", "true")
    expect(alice.main).to_contain_text("This is not an invite code")


def test_an_unknown_and_ones_own_code_are_refused_after_confirming(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    for code, said in ((alice.invite_code, "your own"), (UNKNOWN, "no such")):
        alice.open(f"/activate/{code}/")
        go_on_to_confirm(alice, code)
        alice.press("Activate it")
        expect(alice.page.get_by_role("alert")).to_contain_text(re.compile(said, re.I))


def test_known_and_unknown_links_look_alike(arrives: Arrives) -> None:
    alice = arrives()
    known = Client(alice.site).invite_code
    pages = set()
    for code in (known, UNKNOWN):
        html = str(alice.site.client.get(f"/i/{code}/").text)
        pages.add(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html.replace(code, "CODE")))
    assert len(pages) == 1


def test_the_code_is_copied_and_shared(arrives: Arrives) -> None:
    alice = arrives(permissions=["clipboard-read", "clipboard-write"]).sign_in()
    code, page = alice.invite_code, alice.page
    link = f"{alice.site.url}/i/{code}/"
    for button, copied in (("Copy the code", code), ("Copy the link", link)):
        alice.main.get_by_role("button", name=button).click()
        expect(alice.main.get_by_role("button", name="Copied").first).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == copied
    for messenger, address in (("Telegram", "https://t.me/share/"), ("WhatsApp", "https://wa.me/")):
        href = alice.main.get_by_role("link", name=messenger).get_attribute("href") or ""
        assert href.startswith(address)
        assert code in href
    expect(page.get_by_role("img", name="QR code of your invite link")).to_be_visible()
    with page.expect_download() as download:
        alice.follow("Download the QR code")
    assert download.value.suggested_filename == f"invite-{code}.svg"
    assert download.value.path().read_text().startswith("<")


def test_the_link_is_handed_to_what_the_device_shares_with(arrives: Arrives) -> None:
    alice = arrives()
    alice.context.add_init_script("navigator.share = async (what) => (window.shared = what);")
    code = alice.sign_in().invite_code
    alice.press("Share…")
    shared = alice.page.wait_for_function("window.shared").json_value()
    assert shared["url"] == f"{alice.site.url}/i/{code}/"
    assert code in shared["text"]


def test_a_new_code_replaces_the_old_one_for_good(arrives: Arrives) -> None:
    alice, bob = arrives().sign_in(), arrives().sign_in()
    old = bob.invite_code
    bob.follow("Change my code")
    bob.press("Change my code")
    bob.is_told("Your invite code is")
    assert bob.invite_code != old
    bob.open("/code/change/")
    bob.press("Change my code")
    bob.is_told("Try again in")
    alice.open(f"/activate/{old}/")
    alice.press("Activate it")
    expect(alice.page.get_by_role("alert")).to_be_visible()
