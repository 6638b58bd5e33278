"""Signing in over the API: each success, each refusal, each edge of the clock."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient
from time_machine import Traveller

from referrals.models import InviteCode
from tests.conftest import ALICE, ask, wrong
from users.models import ConfirmationCode, User
from users.sms.inbox import Message

pytestmark = pytest.mark.django_db

CODE, TOKEN = "/api/v1/auth/code/", "/api/v1/auth/token/"


def test_a_code_is_sent_to_any_spelling_of_a_number(
    api: APIClient, phones: Callable[[], list[Message]]
) -> None:
    response = api.post(CODE, {"phone_number": "8 (999) 000-00-01"})
    assert (response.status_code, response.json()) == (
        202,
        {"phone_number": ALICE, "code_length": 4, "expires_in": 300, "resend_in": 60},
    )
    [message] = phones()
    assert message.phone_number == ALICE
    assert message.text.endswith(f"\n@127.0.0.1 #{message.confirmation_code}")


def test_six_digits_are_sent_to_whoever_asks_for_them(api: APIClient) -> None:
    response = api.post(CODE, {"phone_number": ALICE, "code_length": 6})
    assert response.json()["code_length"] == 6


def test_asking_alone_makes_no_account(api: APIClient) -> None:
    api.post(CODE, {"phone_number": ALICE})
    assert not User.objects.exists()


def test_the_first_right_code_makes_the_account_and_its_invite_code(api: APIClient) -> None:
    code = ask(ALICE)
    response = api.post(TOKEN, {"phone_number": ALICE, "confirmation_code": code})
    assert response.status_code == 200
    assert response.json().keys() == {"access", "refresh", "is_new_user"}
    assert response.json()["is_new_user"] is True
    assert response["Cache-Control"] == "no-store"
    [invite_code] = InviteCode.objects.live().filter(owner__phone_number=ALICE)
    assert len(invite_code.code) == 6


def test_the_second_sign_in_finds_the_same_account(api: APIClient) -> None:
    first = api.post(TOKEN, {"phone_number": ALICE, "confirmation_code": ask(ALICE)})
    second = api.post(TOKEN, {"phone_number": ALICE, "confirmation_code": ask(ALICE)})
    assert (first.json()["is_new_user"], second.json()["is_new_user"]) == (True, False)
    assert User.objects.count() == 1


def test_a_code_works_once(api: APIClient) -> None:
    confirmed = {"phone_number": ALICE, "confirmation_code": ask(ALICE)}
    assert api.post(TOKEN, confirmed).status_code == 200
    again = api.post(TOKEN, confirmed)
    assert (again.status_code, again.json()["code"]) == (400, "confirmation_code_expired")


def test_a_wrong_code_says_how_many_attempts_are_left(api: APIClient) -> None:
    guess = {"phone_number": ALICE, "confirmation_code": wrong(ask(ALICE))}
    answers = [api.post(TOKEN, guess) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [400] * 4
    assert [answer.json().get("attempts_left") for answer in answers] == [2, 1, 0, None]
    assert [answer.json()["code"] for answer in answers] == [
        *["invalid_confirmation_code"] * 3,
        "confirmation_code_expired",
    ]


def test_the_right_code_after_three_wrong_ones_is_refused(api: APIClient) -> None:
    code = ask(ALICE)
    for _ in range(3):
        api.post(TOKEN, {"phone_number": ALICE, "confirmation_code": wrong(code)})
    response = api.post(TOKEN, {"phone_number": ALICE, "confirmation_code": code})
    assert response.json()["code"] == "confirmation_code_expired"


def test_a_code_for_one_number_does_not_open_another(api: APIClient) -> None:
    code = ask(ALICE)
    response = api.post(TOKEN, {"phone_number": "+79990000009", "confirmation_code": code})
    assert response.json()["code"] == "confirmation_code_expired"


@pytest.mark.parametrize(("seconds", "status"), [(299.9, 200), (300, 400)])
def test_a_code_lives_300_seconds(
    api: APIClient, clock: Traveller, seconds: float, status: int
) -> None:
    confirmed = {"phone_number": ALICE, "confirmation_code": ask(ALICE)}
    clock.shift(seconds)
    assert api.post(TOKEN, confirmed).status_code == status


@pytest.mark.parametrize(
    ("seconds", "status", "retry_after"), [(0, 429, "60"), (59.5, 429, "1"), (60, 202, None)]
)
def test_another_code_comes_after_60_seconds(
    api: APIClient, clock: Traveller, seconds: float, status: int, retry_after: str | None
) -> None:
    ask(ALICE)
    clock.shift(seconds)
    response = api.post(CODE, {"phone_number": ALICE})
    assert (response.status_code, response.get("Retry-After")) == (status, retry_after)


def test_a_new_code_makes_the_old_one_worthless(api: APIClient, clock: Traveller) -> None:
    old = ask(ALICE)
    clock.shift(60)
    new = ask(ALICE)
    assert ConfirmationCode.objects.filter(live=True).count() == 1
    if old != new:
        refused = api.post(TOKEN, {"phone_number": ALICE, "confirmation_code": old})
        assert refused.json()["code"] == "invalid_confirmation_code"
    accepted = api.post(TOKEN, {"phone_number": ALICE, "confirmation_code": new})
    assert accepted.status_code == 200


@pytest.mark.parametrize(
    ("phone_number", "message"),
    [
        ("12345", "Enter a phone number with its country code, like +7 999 123-45-67."),
        ("+7 999 123-45-67 ext. 5", "Enter a phone number with its country code, like"),
        ("+7 495 123-45-67", "Enter a mobile phone number: the confirmation code comes by SMS."),
        ("8 800 555-35-35", "Enter a mobile phone number"),
    ],
)
def test_a_number_that_cannot_sign_in_is_a_field_error(
    api: APIClient, phone_number: str, message: str
) -> None:
    response = api.post(CODE, {"phone_number": phone_number})
    assert response.status_code == 400
    assert response.json()["phone_number"][0].startswith(message)
    assert not ConfirmationCode.objects.exists()


def test_no_digits_are_stored() -> None:
    code = ask(ALICE, 6)
    [row] = ConfirmationCode.objects.values()
    assert code not in {str(value) for value in row.values()}


def test_messages_follow_the_language(api: APIClient) -> None:
    response = api.post(CODE, {"phone_number": "x"}, HTTP_ACCEPT_LANGUAGE="ru")
    assert response["Content-Language"] == "ru"
