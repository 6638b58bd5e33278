"""Numbers with fixed codes, for app-store review and for the tests of clients."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient
from time_machine import Traveller

from tests.conftest import ALICE, BOB
from users.models import ConfirmationCode, Delivery, SignIn
from users.sms.inbox import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

CODE, TOKEN = "/api/v1/auth/code/", "/api/v1/auth/token/"
FIXED, WRONG = "424242", "424243"
HOUR, DAY = 3600, 24 * 3600  # seconds
TOO_MANY = {
    "detail": "Too many codes were asked for.",
    "code": "too_many_codes",
}


@pytest.fixture(autouse=True)
def test_numbers(settings: Settings) -> None:
    """Alice's is a test number until the end of the year."""
    settings.TEST_PHONE_NUMBERS = {ALICE: FIXED}
    settings.TEST_PHONE_NUMBERS_UNTIL = date(2026, 12, 31)


def request(phone_number: str = ALICE, **more: Any) -> Any:
    return APIClient().post(CODE, {"phone_number": phone_number, **more})


def confirm(code: str, phone_number: str = ALICE) -> Any:
    return APIClient().post(TOKEN, {"phone_number": phone_number, "confirmation_code": code})


def fail(guesses: int) -> None:
    """Guesses wrong, three times at each code."""
    for number in range(guesses):
        if number % 3 == 0:
            assert request().status_code == 202
        assert confirm(WRONG).json()["code"] == "invalid_confirmation_code"


@pytest.mark.parametrize("asked", [{}, {"code_length": 4}, {"code_length": 6}])
def test_the_fixed_code_signs_in_without_an_sms(
    phones: Callable[[], list[Message]], asked: dict[str, Any]
) -> None:
    response = request(**asked)
    assert (response.status_code, response.json()) == (
        202,
        {"phone_number": ALICE, "code_length": 6, "expires_in": 300, "resend_in": 0},
    )
    assert phones() == []
    assert confirm(FIXED).status_code == 200


def test_the_fixed_code_must_be_asked_for_and_works_once() -> None:
    assert confirm(FIXED).json()["code"] == "confirmation_code_expired"
    request()
    answers = [confirm(FIXED) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 400]


def test_there_is_no_pause_and_no_cap_and_no_sms_budget(settings: Settings) -> None:
    settings.SMS_PER_DAY = 1
    request(BOB)
    assert [request().status_code for _ in range(30)] == [202] * 30
    assert confirm(FIXED).status_code == 200


def test_it_proves_nothing(settings: Settings) -> None:
    request(code_length=6)
    confirm(FIXED)
    assert SignIn.objects.get().proof_length == 0


def test_eight_wrong_guesses_leave_one() -> None:
    fail(8)
    assert confirm(FIXED).status_code == 200


def test_nine_wrong_guesses_shut_the_number_for_a_day(clock: Traveller) -> None:
    fail(6)
    clock.shift(HOUR)
    fail(3)
    for response in (request(), confirm(FIXED), confirm(WRONG)):
        assert (response.status_code, response.json()) == (429, TOO_MANY)
        assert response["Retry-After"] == str(DAY + 300 - HOUR)
    clock.shift(DAY + 300 - HOUR - 0.5)
    assert request()["Retry-After"] == "1"
    clock.shift(0.5)
    assert request().status_code == 202
    assert confirm(FIXED).status_code == 200


def test_a_code_that_signed_in_has_no_part_in_the_wait(clock: Traveller) -> None:
    request()
    confirm(FIXED)
    clock.shift(HOUR)
    fail(9)
    assert request()["Retry-After"] == str(DAY + 300)


@pytest.mark.parametrize("seconds", [0, 299])
def test_the_live_code_is_shut_too(clock: Traveller, seconds: int) -> None:
    fail(9)
    clock.shift(seconds)
    assert confirm(FIXED).json() == TOO_MANY


def test_its_code_stays_what_it_was_when_it_was_asked_for(settings: Settings) -> None:
    request()
    code = ConfirmationCode.objects.get()
    assert (code.is_test, code.delivery, code.gateway) == (
        True,
        Delivery.SENT,
        "none: a test number",
    )
    settings.TEST_PHONE_NUMBERS = {BOB: FIXED}
    assert confirm(FIXED).json()["code"] == "invalid_confirmation_code"
    request(BOB, code_length=6)
    ConfirmationCode.objects.update(is_test=False)
    assert confirm(FIXED, BOB).json()["code"] == "invalid_confirmation_code"


def test_its_wrong_guesses_are_part_of_a_spray(settings: Settings) -> None:
    settings.SPRAY_LIMIT = 3
    fail(4)
    assert request(BOB).json()["code_length"] == 6


def test_other_numbers_are_ordinary(phones: Callable[[], list[Message]]) -> None:
    fail(9)
    assert request(BOB).json()["resend_in"] == 60
    assert [message.phone_number for message in phones()] == [BOB]


@pytest.mark.parametrize(
    ("until", "code_length", "resend_in", "sms"),
    [(None, 6, 0, 0), (date(2026, 11, 21), 6, 0, 0), (date(2026, 11, 20), 4, 60, 1)],
)
def test_after_its_end_date_it_is_an_ordinary_number(
    settings: Settings,
    phones: Callable[[], list[Message]],
    until: date | None,
    code_length: int,
    resend_in: int,
    sms: int,
) -> None:
    settings.TEST_PHONE_NUMBERS_UNTIL = until
    body = request().json()
    assert (body["code_length"], body["resend_in"]) == (code_length, resend_in)
    assert len(phones()) == sms


def test_a_fixed_code_asked_for_before_the_end_opens_nothing_after_it(clock: Traveller) -> None:
    clock.shift(40 * DAY + 15 * HOUR - 1)
    assert request().json()["code_length"] == 6
    clock.shift(1)
    assert confirm(FIXED).json()["code"] == "invalid_confirmation_code"
