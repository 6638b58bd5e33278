"""Moving an account to another number: proved there, told here, and nobody else's to take."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override
from pytest_django import Settings
from rest_framework.test import APIClient
from time_machine import Traveller

from tests.conftest import ALICE, BOB, CHARLIE, HERE, LANGUAGES, ask, bearer, sign_in, wrong
from users.accounts import moderation, own
from users.confirmation import texts
from users.exceptions import ConfirmationCodeExpired
from users.models import AuditEvent, ConfirmationCode, SignIn, User
from users.sign_ins import tokens
from users.sms import inbox
from users.sms.inbox import Message

pytestmark = pytest.mark.django_db

API = "/api/v1/"
PHONE, CONFIRM, ME = (f"{API}users/me/{end}" for end in ("phone/", "phone/confirm/", ""))
NEW = "+79990000044"
TEST_NUMBER = "+79990000099"
DAY = 24 * 3600  # seconds


def request(client: APIClient, phone_number: str = NEW) -> str:
    """Asks for the code of a change and reads it on the new phone."""
    response = client.post(PHONE, {"phone_number": phone_number})
    assert response.status_code == 202, response.json()
    return str(inbox.messages(phone_number)[0].confirmation_code)


def confirm(client: APIClient, code: str, phone_number: str = NEW) -> Any:
    return client.post(CONFIRM, {"phone_number": phone_number, "confirmation_code": code})


def change(client: APIClient, phone_number: str = NEW) -> Any:
    return confirm(client, request(client, phone_number), phone_number)


def refreshed(opened: SignIn) -> APIClient:
    """Signed in as before, with an access token of now."""
    body = {"refresh": tokens.pair(opened).refresh}
    assert APIClient().post(f"{API}auth/token/refresh/", body).status_code == 200
    opened.refresh_from_db()
    return bearer(opened)


def refusal(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def test_six_digits_go_to_the_new_number(
    as_alice: APIClient, phones: Callable[[], list[Message]]
) -> None:
    before = len(phones())
    response = as_alice.post(PHONE, {"phone_number": "8 (999) 000-00-44"})
    assert (response.status_code, response.json()) == (
        202,
        {"phone_number": NEW, "code_length": 6, "expires_in": 300, "resend_in": 60},
    )
    [message] = phones()[: len(phones()) - before]
    assert (message.phone_number, len(message.confirmation_code or "")) == (NEW, 6)


def test_the_right_code_moves_the_account(as_alice: APIClient, alice: User) -> None:
    before = as_alice.get(ME).json()
    response = change(as_alice)
    assert (response.status_code, response.json()) == (200, before | {"phone_number": NEW})
    assert as_alice.get(ME).json() == response.json()
    opened = sign_in(NEW)
    assert opened.user_id == alice.pk


def test_the_old_number_is_free_for_somebody_new(as_alice: APIClient, alice: User) -> None:
    change(as_alice)
    assert sign_in(ALICE).user_id != alice.pk


@pytest.mark.parametrize(("seconds", "status"), [(0, 202), (600, 202), (600.001, 403)])
def test_asking_needs_a_recent_sign_in(
    clock: Traveller, alice: User, seconds: float, status: int
) -> None:
    opened = sign_in(ALICE)
    clock.shift(seconds)
    response = refreshed(opened).post(PHONE, {"phone_number": NEW})
    assert response.status_code == status
    if status == 403:
        assert refusal(response) == (403, "recent_sign_in_required")
        assert not ConfirmationCode.objects.filter(phone_number=NEW).exists()


def test_confirming_needs_no_more_than_the_code(clock: Traveller, alice: User) -> None:
    opened = sign_in(ALICE)
    clock.shift(600)
    code = request(refreshed(opened))
    clock.shift(299)
    assert confirm(refreshed(opened), code).status_code == 200


def test_other_sign_ins_end_and_this_one_stays(alice: User, bob: User) -> None:
    others = [sign_in(ALICE), sign_in(ALICE)]
    mine, bobs = sign_in(ALICE), sign_in(BOB)
    assert change(bearer(mine)).status_code == 200
    assert [bearer(opened).get(ME).status_code for opened in (*others, mine, bobs)] == [
        *(401, 401),
        *(200, 200),
    ]
    for opened in others:
        refresh = {"refresh": tokens.pair(opened).refresh}
        assert APIClient().post(f"{API}auth/token/refresh/", refresh).status_code == 401


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_old_number_is_told_once_in_the_language_of_the_request(
    as_alice: APIClient, phones: Callable[[], list[Message]], language: str
) -> None:
    asked = as_alice.post(PHONE, {"phone_number": NEW}, HTTP_ACCEPT_LANGUAGE=language)
    assert asked.status_code == 202
    confirm(as_alice, str(inbox.messages(NEW)[0].confirmation_code))
    with override(language):
        note = (ALICE, texts.phone_changed())
    assert [(m.phone_number, m.text) for m in phones() if not m.confirmation_code] == [note]
    assert not ConfirmationCode.objects.exclude(note_to=None).exists()


def test_nobody_is_told_of_a_change_that_was_refused(
    as_alice: APIClient, bob: User, phones: Callable[[], list[Message]]
) -> None:
    assert refusal(change(as_alice, BOB)) == (409, "phone_number_taken")
    assert [m for m in phones() if not m.confirmation_code] == []
    assert not AuditEvent.objects.filter(event="phone_changed").exists()


def test_a_change_is_audited(as_alice: APIClient, alice: User) -> None:
    change(as_alice)
    assert AuditEvent.objects.filter(event="phone_changed").values(
        "user", "actor", "masked_number", "ip_address"
    ).get() == {
        "user": alice.pk,
        "actor": None,
        "masked_number": "+7••••••0001",
        "ip_address": "127.0.0.1",
    }


def test_a_sign_in_code_on_its_way_to_the_old_number_is_dead(as_alice: APIClient) -> None:
    code = ask(ALICE)
    change(as_alice)
    confirmed = {"phone_number": ALICE, "confirmation_code": code}
    response = APIClient().post(f"{API}auth/token/", confirmed)
    assert refusal(response) == (400, "confirmation_code_expired")
    assert not User.objects.filter(phone_number=ALICE).exists()


# Refusals


def test_whether_a_number_is_taken_shows_only_to_whoever_has_it(
    as_alice: APIClient, bob: User, alice: User
) -> None:
    free = as_alice.post(PHONE, {"phone_number": NEW})
    ConfirmationCode.objects.update(live=False)
    taken = as_alice.post(PHONE, {"phone_number": BOB})
    assert (taken.status_code, taken.json() | {"phone_number": NEW}) == (202, free.json())
    code = str(inbox.messages(BOB)[0].confirmation_code)
    assert refusal(confirm(as_alice, wrong(code), BOB)) == (400, "invalid_confirmation_code")
    refused = confirm(as_alice, code, BOB)
    assert (refused.status_code, refused.json()) == (
        409,
        {
            "detail": "This phone number belongs to another account.",
            "code": "phone_number_taken",
        },
    )
    alice.refresh_from_db()
    bob.refresh_from_db()
    assert (alice.phone_number, bob.phone_number) == (ALICE, BOB)
    assert refusal(confirm(as_alice, code, BOB)) == (400, "confirmation_code_expired")
    assert as_alice.get(ME).status_code == 200


def test_a_blocked_persons_number_is_taken_too(as_alice: APIClient, bob: User) -> None:
    code = request(as_alice, CHARLIE)
    User.objects.filter(pk=bob.pk).update(phone_number=CHARLIE, is_active=False)
    assert refusal(confirm(as_alice, code, CHARLIE)) == (409, "phone_number_taken")


def test_three_wrong_codes_and_it_is_over(as_alice: APIClient) -> None:
    code = request(as_alice)
    answers = [confirm(as_alice, wrong(code)).json() for _ in range(3)]
    assert [answer["attempts_left"] for answer in answers] == [2, 1, 0]
    assert {answer["code"] for answer in answers} == {"invalid_confirmation_code"}
    assert refusal(confirm(as_alice, code)) == (400, "confirmation_code_expired")


@pytest.mark.parametrize(("seconds", "status"), [(299.9, 200), (300, 400)])
def test_its_code_lives_300_seconds(
    clock: Traveller, alice: User, seconds: float, status: int
) -> None:
    opened = sign_in(ALICE)
    code = request(bearer(opened))
    clock.shift(seconds)
    assert confirm(refreshed(opened), code).status_code == status


def test_a_code_serves_its_own_number_person_and_purpose(
    as_alice: APIClient, as_bob: APIClient, alice: User
) -> None:
    code = request(as_alice)
    expired = (400, "confirmation_code_expired")
    assert refusal(confirm(as_alice, code, CHARLIE)) == expired
    assert refusal(confirm(as_bob, code)) == expired
    confirmed = {"phone_number": NEW, "confirmation_code": code}
    assert refusal(APIClient().post(f"{API}auth/token/", confirmed)) == expired
    assert confirm(as_alice, code).status_code == 200
    assert refusal(confirm(as_alice, code)) == expired


def test_a_sign_in_code_moves_no_account(as_alice: APIClient) -> None:
    code = ask(NEW, 6)
    assert refusal(confirm(as_alice, code)) == (400, "confirmation_code_expired")


def test_somebody_blocked_moves_nowhere(as_alice: APIClient, alice: User, bob: User) -> None:
    code = request(as_alice)
    moderation.block(alice, by=bob)
    assert refusal(confirm(as_alice, code)) == (401, "token_not_valid")


def test_an_account_closed_a_moment_ago_gets_no_number_back(alice: User) -> None:
    """The closing came between the check of the code and the move."""
    opened = sign_in(ALICE)
    code = request(bearer(opened))
    User.objects.filter(pk=alice.pk).update(
        phone_number=None, is_active=False, closed_at=timezone.now()
    )
    with pytest.raises(ConfirmationCodeExpired):
        own.change_phone(opened, NEW, code, HERE)
    alice.refresh_from_db()
    assert alice.phone_number is None


@pytest.fixture
def a_test_number(settings: Settings) -> str:
    settings.TEST_PHONE_NUMBERS = {TEST_NUMBER: "123456"}
    return TEST_NUMBER


def test_a_test_number_is_never_the_target(as_alice: APIClient, a_test_number: str) -> None:
    response = as_alice.post(PHONE, {"phone_number": a_test_number})
    assert (response.status_code, list(response.json())) == (400, ["phone_number"])
    response = confirm(as_alice, "123456", a_test_number)
    assert response.status_code == 400
    assert as_alice.get(ME).json()["phone_number"] == ALICE


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"phone_number": None},
        {"phone_number": 79990000044},
        {"phone_number": ""},
        {"phone_number": "x"},
        {"phone_number": "+7 495 123-45-67"},
        {"phone_number": "+7999000\x000044"},
    ],
)
@pytest.mark.parametrize("path", [PHONE, CONFIRM])
def test_a_number_that_gets_no_sms_is_a_field_error(
    as_alice: APIClient, path: str, body: dict[str, Any]
) -> None:
    response = as_alice.post(path, {"confirmation_code": "123456", **body})
    assert (response.status_code, list(response.json())) == (400, ["phone_number"])


@pytest.mark.parametrize("path", [PHONE, CONFIRM])
def test_a_form_is_refused(as_alice: APIClient, path: str) -> None:
    response = as_alice.post(path, {"phone_number": NEW}, format="multipart")
    assert refusal(response) == (415, "unsupported_media_type")


@pytest.mark.parametrize("path", [PHONE, CONFIRM])
def test_nobody_is_asked_to_sign_in(api: APIClient, path: str) -> None:
    assert refusal(api.post(path, {"phone_number": NEW})) == (401, "not_authenticated")


# Budgets


@pytest.mark.parametrize(
    ("seconds", "answer", "retry_after"),
    [(0, 429, "60"), (59.5, 429, "1"), (60, 202, None)],
)
def test_the_next_code_comes_after_60_seconds_whatever_the_number(
    clock: Traveller, as_alice: APIClient, seconds: float, answer: int, retry_after: str | None
) -> None:
    request(as_alice)
    clock.shift(seconds)
    response = as_alice.post(PHONE, {"phone_number": CHARLIE})
    assert (response.status_code, response.get("Retry-After")) == (answer, retry_after)
    if answer == 429:
        assert response.json()["code"] == "code_requested_too_soon"


@pytest.mark.parametrize(
    ("seconds", "status", "retry_after"),
    [(300, 429, str(DAY - 300)), (DAY - 0.5, 429, "1"), (DAY, 202, None)],
)
def test_a_person_gets_five_codes_a_day_whatever_the_numbers(
    clock: Traveller, alice: User, seconds: float, status: int, retry_after: str | None
) -> None:
    first = sign_in(ALICE)
    for n in range(5):
        request(bearer(first), f"+7999111000{n}")
        clock.shift(50)
        ConfirmationCode.objects.filter(user=alice).update(live=False)
    clock.shift(seconds - 250)
    response = bearer(sign_in(ALICE)).post(PHONE, {"phone_number": NEW})
    assert (response.status_code, response.get("Retry-After")) == (status, retry_after)
    if status == 429:
        assert response.json()["code"] == "too_many_codes"


def test_both_purposes_share_the_budget_of_a_number(
    clock: Traveller, as_alice: APIClient, alice: User, bob: User
) -> None:
    for _ in range(3):
        sign_in(NEW)
    request(as_alice)
    request(bearer(sign_in(BOB)))
    for refused in (
        APIClient().post(f"{API}auth/code/", {"phone_number": NEW}),
        bearer(sign_in(CHARLIE)).post(PHONE, {"phone_number": NEW}),
    ):
        assert refusal(refused) == (429, "too_many_codes")
    assert len(inbox.messages(NEW)) == 5


def test_wrong_guesses_of_both_purposes_are_counted_together(clock: Traveller, alice: User) -> None:
    """Nine failures in a day, and signing in with four digits is over for the day."""
    for person in (ALICE, BOB, CHARLIE):
        client = bearer(sign_in(person))
        code = request(client)
        for _ in range(3):
            confirm(client, wrong(code))
    response = APIClient().post(f"{API}auth/code/", {"phone_number": NEW})
    assert (response.status_code, response.json()["code_length"]) == (202, 6)


def test_a_code_that_was_not_delivered_is_not_charged(
    as_alice: APIClient, settings: Settings
) -> None:
    settings.SMS_PER_DAY = 1
    refused = as_alice.post(PHONE, {"phone_number": NEW})
    assert refusal(refused) == (503, "delivery_unavailable")
    settings.SMS_PER_DAY = 100
    assert change(as_alice).status_code == 200
