"""Moving to another number in a browser: a recent sign-in and a code of six digits."""

import pytest
from django.test import Client
from pytest_django import Settings
from time_machine import Traveller

from tests.administration import received
from tests.browsers import browser_of, text, told
from tests.conftest import ALICE, BOB, bearer, sign_in, wrong
from tests.signing_in import ask_here, give
from users.models import ConfirmationCode, User
from users.sms import inbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PHONE, CODE = "/settings/phone/", "/settings/phone/code/"
NEW, SPELLED = "+79990000044", "+7 999 000-00-44"
AGAIN = f"/sign-in/?next={PHONE}"
TOO_SOON = "A code was sent a moment ago. Wait a little before asking for another."


@pytest.fixture
def client(alice: User) -> Client:
    """Alice's browser."""
    return browser_of(alice)


def ask(client: Client, phone_number: str = NEW) -> str:
    """Asks for a code and reads it on the new phone."""
    answer = client.post(PHONE, {"phone_number": phone_number})
    assert (answer.status_code, answer["Location"]) == (302, CODE)
    return received(phone_number)


def confirm(client: Client, code: str, leads_to: str) -> list[str]:
    """Returns what the next page says."""
    answer = client.post(CODE, {"confirmation_code": code})
    assert (answer.status_code, answer["Location"]) == (302, leads_to)
    return told(client.get(leads_to))


def number_of(alice: User) -> str | None:
    number: str | None = User.objects.get(pk=alice.pk).phone_number
    return number


def test_the_right_code_moves_the_account(client: Client, alice: User) -> None:
    other = sign_in(ALICE)
    assert "+7 999 000-00-01" in client.get(PHONE).text
    code = ask(client)
    assert f'We have sent 6 digits to <span class="phone-number">{SPELLED}' in text(
        client.get(CODE)
    )
    assert confirm(client, code, "/profile/") == [
        "Your phone number is changed. All other sign-ins have ended."
    ]
    assert number_of(alice) == NEW
    assert bearer(other).get("/api/v1/users/me/").status_code == 401
    assert client.get(CODE)["Location"] == PHONE


def test_no_number_is_in_a_url(client: Client) -> None:
    answer = client.post(PHONE, {"phone_number": NEW}, follow=True)
    assert answer.redirect_chain == [(CODE, 302)]


def test_going_back_and_reloading_send_nothing_more(client: Client, clock: Traveller) -> None:
    ask(client)
    sent = len(inbox.messages())
    clock.shift(120)
    for path in (CODE, PHONE, CODE):
        assert client.get(path).status_code == 200
    assert len(inbox.messages()) == sent


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_old_sign_in_must_be_renewed_and_goes_on(
    client: Client, clock: Traveller, method: str
) -> None:
    clock.shift(601)
    answer = getattr(client, method)(PHONE, {"phone_number": NEW})
    assert (answer.status_code, answer["Location"]) == (302, AGAIN)
    assert not inbox.messages(NEW)
    page = client.get(AGAIN)
    assert told(page) == ["Sign in again to do this: your sign-in is older than 10 minutes."]
    ask_here(client, ALICE, next=PHONE)
    assert give(client, received(ALICE), next=PHONE)["Location"] == PHONE
    assert client.get(PHONE).status_code == 200


def test_confirming_needs_no_more_than_the_code(
    client: Client, alice: User, clock: Traveller
) -> None:
    clock.shift(600)
    code = ask(client)
    clock.shift(200)
    confirm(client, code, "/profile/")
    assert number_of(alice) == NEW


def test_a_user_signed_in_by_password_signs_in_by_phone() -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("+79990000007"))
    assert client.get(PHONE)["Location"] == AGAIN
    assert told(client.get(AGAIN)) == ["To do this, sign in with your phone number."]
    session = client.session
    session["phone_change_code"] = (NEW, 6, 0, 0, False)
    session.save()
    assert client.get(CODE)["Location"] == PHONE


def test_a_code_needs_a_number_first(client: Client) -> None:
    for method in ("get", "post"):
        assert getattr(client, method)(CODE)["Location"] == PHONE


@pytest.mark.parametrize("number", ["", "x", "+7 495 123-45-67", "+79990000099", "+7\x00999"])
def test_what_gets_no_sms_is_refused_at_once(
    client: Client, settings: Settings, number: str
) -> None:
    settings.TEST_PHONE_NUMBERS = {"+79990000099": "123456"}
    page = client.post(PHONE, {"phone_number": number})
    assert page.context["form"].errors.keys() == {"phone_number"}
    assert not ConfirmationCode.objects.exists()


@pytest.mark.parametrize("digits", ["", "1234", "1234567", "١٢٣٤٥٦"])
def test_what_is_not_six_digits_costs_no_attempt(client: Client, digits: str) -> None:
    ask(client)
    page = client.post(CODE, {"confirmation_code": digits})
    assert page.context["form"].errors.keys() == {"confirmation_code"}
    assert ConfirmationCode.objects.get().attempts == 0


def test_after_three_wrong_codes_a_new_one_is_needed(
    client: Client, alice: User, clock: Traveller
) -> None:
    code = ask(client)
    said = [confirm(client, wrong(code), CODE)[0] for _ in range(3)]
    assert said[0] == "The confirmation code is wrong. 2 attempts left."
    assert said[2] == "The confirmation code is wrong. 0 attempts left."
    assert "You need a new code" in client.get(CODE).text
    clock.shift(60)
    confirm(client, ask(client), "/profile/")
    assert number_of(alice) == NEW


def test_an_old_code_has_expired(client: Client, clock: Traveller) -> None:
    code = ask(client)
    clock.shift(300)
    assert confirm(client, code, CODE) == [
        "The confirmation code is no longer valid. Ask for a new one."
    ]
    assert "You need a new code" in client.get(CODE).text


def test_only_the_holder_of_a_number_learns_that_it_is_taken(
    client: Client, bob: User, alice: User
) -> None:
    code = ask(client, BOB)
    assert confirm(client, wrong(code), CODE) == [
        "The confirmation code is wrong. 2 attempts left."
    ]
    assert confirm(client, code, PHONE) == ["This phone number belongs to another account."]
    assert number_of(alice) == ALICE
    assert client.get(CODE)["Location"] == PHONE


def test_asking_again_too_soon_leads_to_the_code_on_its_way(client: Client) -> None:
    ask(client)
    answer = client.post(PHONE, {"phone_number": BOB})
    assert answer["Location"] == CODE
    page = client.get(CODE)
    assert told(page) == [f"{TOO_SOON} Try again in 60 seconds."]
    assert SPELLED in page.text
    assert not inbox.messages(BOB)


def test_a_code_asked_for_elsewhere_is_waited_for(client: Client, alice: User) -> None:
    other = bearer(sign_in(ALICE))
    assert other.post("/api/v1/users/me/phone/", {"phone_number": NEW}).status_code == 202
    assert client.post(PHONE, {"phone_number": NEW})["Location"] == PHONE
    assert told(client.get(PHONE)) == [f"{TOO_SOON} Try again in 60 seconds."]


def test_too_many_codes_are_refused_in_words(client: Client, settings: Settings) -> None:
    settings.CODES_PER_HOUR = 1
    sign_in(NEW)
    assert client.post(PHONE, {"phone_number": NEW})["Location"] == PHONE
    [said] = told(client.get(PHONE))
    assert said == "Too many codes were asked for. Try again in 1\xa0hour."


def test_an_sms_that_cannot_be_sent_is_reported_in_words(
    client: Client, settings: Settings
) -> None:
    settings.SMS_PER_DAY = 1
    sign_in(BOB)
    assert client.post(PHONE, {"phone_number": NEW})["Location"] == PHONE
    assert told(client.get(PHONE)) == ["The SMS could not be sent. Try again in a minute."]
    assert client.get(CODE)["Location"] == PHONE


def test_guessing_meets_the_flood_guard(client: Client, settings: Settings) -> None:
    settings.FLOOD_LIMITS = {**settings.FLOOD_LIMITS, "failed_guesses": 0}
    code = ask(client)
    assert confirm(client, code, CODE) == ["Request was throttled. Try again in 1\xa0hour."]
    assert ConfirmationCode.objects.get().attempts == 0
