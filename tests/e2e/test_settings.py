"""What people change about themselves."""

import json
import re
from io import BytesIO

from PIL import Image
from playwright.sync_api import FilePayload, Locator, expect

from tests.e2e.conftest import Arrives
from tests.e2e.crowd import Client
from tests.e2e.people import Person


def picture(size: int = 400) -> FilePayload:
    file = BytesIO()
    Image.linear_gradient("L").resize((size, size // 2)).save(file, "PNG")
    return {"name": "me.png", "mimeType": "image/png", "buffer": file.getvalue()}


def file_field(person: Person) -> Locator:
    return person.main.get_by_label("Picture", exact=True)


def choose(person: Person, file: FilePayload) -> None:
    file_field(person).set_input_files(file)


def test_names_and_email_are_kept(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    mine = {"First name": "Алиса", "Last name": "O’Hara", "E-mail": "alice@example.com"}
    alice.open("/settings/")
    for label, value in mine.items():
        alice.field(label).fill(value)
    alice.press("Save")
    expect(alice.page.get_by_role("status").first).to_be_visible()
    for label, value in mine.items():
        expect(alice.field(label)).to_have_value(value)
    alice.open("/profile/")
    expect(alice.heading).to_have_text("Hello, Алиса")


def test_a_wrong_email_is_refused_and_nothing_typed_is_lost(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    alice.open("/settings/")
    alice.field("First name").fill("Alice")
    alice.field("E-mail").fill("alice@example")  # a browser lets it pass
    alice.press("Save")
    expect(alice.field("E-mail")).to_have_attribute("aria-invalid", "true")
    expect(alice.field("First name")).to_have_value("Alice")


def test_a_picture_is_previewed_kept_and_removed(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    page = alice.open("/settings/")
    choose(alice, picture())
    expect(page.get_by_role("img", name="The picture you have chosen")).to_be_visible()
    alice.press("Save")
    kept = page.get_by_role("img", name="Your picture")
    expect(kept).to_be_visible()
    assert kept.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
    alice.field("Remove the picture").check()
    alice.press("Save")
    expect(page.get_by_role("status").first).to_be_visible()
    expect(kept).to_have_count(0)


def test_what_is_no_picture_is_refused_before_it_is_sent(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    alice.open("/settings/")
    choose(alice, {"name": "me.png", "mimeType": "image/png", "buffer": b"not a picture"})
    expect(file_field(alice)).to_have_js_property("validity.valid", False)


def test_the_account_moves_to_another_number(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    elsewhere = arrives(phone_number=alice.phone_number).sign_in()
    new = alice.site.new_number()
    alice.open("/settings/phone/")
    alice.field("Phone number").fill(new)
    alice.press("Send the code")
    expect(alice.main).to_contain_text("6 digits")
    alice.page.reload()
    assert len(alice.site.messages(new)) == 1
    alice.enter_code(alice.read_code(new), "Change my number")
    alice.is_told("Your phone number is changed.")
    elsewhere.page.reload()
    elsewhere.is_at("/sign-in/?next=/profile/")
    assert "has moved to another phone number" in alice.read_sms()


def test_a_number_that_is_taken_is_refused_after_its_code(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    taken = Client(alice.site).phone_number
    alice.open("/settings/phone/")
    alice.field("Phone number").fill(taken)
    alice.press("Send the code")
    alice.enter_code(alice.read_code(taken), "Change my number")
    expect(alice.page.get_by_role("alert")).to_be_visible()
    alice.is_at("/settings/phone/")


def test_one_sign_in_is_ended_at_once(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    lost = arrives(phone_number=alice.phone_number, user_agent="Lost/1.0").sign_in()
    alice.open("/settings/sign-ins/")
    expect(alice.main.get_by_role("listitem")).to_have_count(2)
    alice.main.get_by_role("button", name=re.compile("^End the sign-in: ")).click()
    expect(alice.main.get_by_role("listitem")).to_have_count(1)
    lost.page.reload()
    lost.is_at("/sign-in/?next=/profile/")
    alice.page.reload()
    alice.is_at("/settings/sign-ins/")


def test_all_other_sign_ins_are_ended_at_once(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    others = [arrives(phone_number=alice.phone_number).sign_in() for _ in range(2)]
    alice.open("/settings/sign-ins/")
    alice.press("End all other sign-ins")
    expect(alice.main.get_by_role("listitem")).to_have_count(1)
    for other in others:
        other.page.reload()
        other.is_at("/sign-in/?next=/profile/")


def test_everything_stored_is_taken_away(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    alice.open("/settings/account/")
    with alice.page.expect_download() as download:
        alice.follow("Download my data")
    assert download.value.suggested_filename == "my-data.json"
    assert json.loads(download.value.path().read_text())["profile"]["phone_number"] == (
        alice.phone_number
    )


def test_the_account_is_closed_after_a_clear_warning(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    other = arrives(phone_number=alice.phone_number).sign_in()
    code = alice.invite_code
    alice.open("/settings/account/")
    expect(alice.main).to_contain_text("This cannot be undone.")
    alice.main.get_by_role("checkbox").check()
    alice.press("Close my account for good")
    alice.is_told("Your account is closed.")
    other.page.reload()
    other.is_at("/sign-in/?next=/profile/")
    assert alice.sign_in().invite_code != code  # as somebody new
