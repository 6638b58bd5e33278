"""Four people use every operation, and meet the refusals that take no waiting."""

from tests.examples.recording import Person, Recorder

BOB, ALICE, CHARLIE = "+79991234567", "+79997654321", "+79995550101"
ALICE_LATER, LANDLINE = "+79165550199", "+7 495 123-45-67"
STAFF = "+79990000001"
UNKNOWN_INVITE_CODE = "Z9Z9Z9"
UNKNOWN_ID = 999_999
LAPTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
    "AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def play(recorder: Recorder) -> None:
    bob = Person(recorder, BOB)
    alice = Person(recorder, ALICE)
    charlie = Person(recorder, CHARLIE)
    sign_in_with_a_typo(bob)
    first_code = invite(bob, alice, charlie)
    watch(bob, first_code)
    stay_signed_in(alice)
    use_a_second_device(alice)
    edit_the_profile(alice)
    change_the_number(alice)
    close_the_account(charlie)
    look_after_people(Person(recorder, STAFF, LAPTOP), bob)
    sign_out(alice)


def wrong(code: str) -> str:
    zeros = "0" * len(code)
    return zeros if code != zeros else "1" * len(code)


def sign_in_with_a_typo(bob: Person) -> None:
    bob.post("auth/code/", 202, phone_number="8 (999) 123-45-67")
    bob.post("auth/code/", 429, phone_number=BOB)
    code = bob.read_code()
    bob.post("auth/token/", 400, phone_number=BOB, confirmation_code=wrong(code))
    bob.enter(code)


def invite(bob: Person, alice: Person, charlie: Person) -> str:
    code = str(bob.get("referrals/code/")["invite_code"])
    for invitee in (alice, charlie):
        invitee.sign_in()
        invitee.post("referrals/activate/", 201, invite_code=code)
    alice.post("referrals/activate/", 200, invite_code=code)
    bob.post("referrals/activate/", 404, invite_code=UNKNOWN_INVITE_CODE)
    bob.post("referrals/activate/", 400, invite_code=code)
    alice.post("referrals/activate/", 409, invite_code=UNKNOWN_INVITE_CODE)
    return code


def watch(bob: Person, first_code: str) -> None:
    stranger = Person(bob.recorder)
    bob.get("users/me/")
    stranger.get("users/me/", 401)
    stranger.get("referrals/code/", 401)
    bob.get("referrals/code/qr/")
    stranger.get("referrals/code/qr/", 401)
    bob.get("referrals/invited/?page_size=1")
    bob.get("referrals/invited/?cursor=made-up", 400)
    bob.get("referrals/invited/export/")
    stranger.get("referrals/invited/export/", 401)
    bob.get("referrals/statistics/?days=3")
    bob.get("referrals/statistics/?days=0", 400)
    bob.post("referrals/code/reset/", 201)
    bob.post("referrals/code/reset/", 429)
    bob.post("referrals/activate/", 404, invite_code=first_code)


def stay_signed_in(alice: Person) -> None:
    stranger = Person(alice.recorder)
    tokens = stranger.post("auth/token/refresh/", 200, refresh=alice.refresh)
    stranger.post("auth/token/refresh/", 401, refresh=alice.access)
    alice.access, alice.refresh = tokens["access"], tokens["refresh"]
    stranger.post("auth/token/verify/", 200, token=alice.access)
    stranger.post("auth/token/verify/", 401, token="eyJhbGciOi.made.up")


def use_a_second_device(alice: Person) -> None:
    laptop = Person(alice.recorder, ALICE, LAPTOP)
    laptop.sign_in()
    signed_in = alice.get("auth/sessions/")
    Person(alice.recorder).get("auth/sessions/", 401)
    other = next(one["id"] for one in signed_in if not one["is_current"])
    alice.delete(f"auth/sessions/{other}/", 204)
    alice.delete(f"auth/sessions/{other}/", 404)
    alice.delete("auth/sessions/", 204)
    laptop.delete("auth/sessions/", 401)


def edit_the_profile(alice: Person) -> None:
    alice.patch("users/me/", 200, first_name="Alice", avatar=PICTURE)
    alice.patch("users/me/", 400, email="alice@example")
    names = {"first_name": "Alice", "last_name": "Smith"}
    alice.put("users/me/", 200, **names, email="alice@example.org", avatar=None)
    alice.put("users/me/", 400, **names, avatar="not a picture")
    alice.get("users/me/data/")
    Person(alice.recorder).get("users/me/data/", 401)


def change_the_number(alice: Person) -> None:
    alice.post("users/me/phone/", 400, phone_number=LANDLINE)
    alice.post("users/me/phone/", 202, phone_number=ALICE_LATER)
    code = alice.read_code(ALICE_LATER)
    given = {"phone_number": ALICE_LATER, "confirmation_code": wrong(code)}
    alice.post("users/me/phone/confirm/", 400, **given)
    alice.post("users/me/phone/confirm/", 200, **given | {"confirmation_code": code})


def close_the_account(charlie: Person) -> None:
    charlie.delete("users/me/", 204)
    charlie.delete("users/me/", 401)


def look_after_people(staff: Person, bob: Person) -> None:
    staff.sign_in(code_length=6)
    someone, me = bob.get("users/me/")["id"], staff.get("users/me/")["id"]
    staff.get("users/?search=999123&is_active=true&joined_after=2020-01-01T00:00:00Z")
    bob.get("users/?search=999123", 403)
    staff.get(f"users/{someone}/")
    staff.get(f"users/{UNKNOWN_ID}/", 404)
    staff.delete(f"users/{someone}/", 204, reason="Sells invite codes.")
    staff.delete(f"users/{me}/", 403)
    staff.post(f"users/{someone}/unblock/", 200)
    staff.post(f"users/{UNKNOWN_ID}/unblock/", 404)


def sign_out(alice: Person) -> None:
    alice.post("auth/logout/", 204)
    alice.post("auth/logout/", 401)
