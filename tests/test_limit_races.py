"""The budgets under fire: real threads, each with a connection of its own, on both databases."""

from collections import Counter

import pytest
from django.db.models import Sum
from pytest_django import Settings

from tests.conftest import ALICE, ask, sign_in, wrong
from tests.test_races import TOKEN, at_once, outcomes, post
from users.models import ConfirmationCode, Tally
from users.sms import inbox

pytestmark = pytest.mark.django_db(transaction=True)

CODE = "/api/v1/auth/code/"
GUESSED_AT = [f"+799955500{n:02}" for n in range(10)]


def tallied(name: str) -> int:
    return int(Tally.objects.filter(name=name).aggregate(sum=Sum("count", default=0))["sum"])


@pytest.mark.parametrize(("budget", "size"), [("CODES_PER_HOUR", 5), ("CODES_PER_DAY", 5)])
def test_of_twenty_requests_after_four_codes_one_sends_the_fifth(
    settings: Settings, budget: str, size: int
) -> None:
    setattr(settings, budget, size)
    for _ in range(size - 1):
        sign_in(ALICE)
    answers = outcomes(at_once(*[post(CODE, {"phone_number": ALICE})] * 20))
    assert answers.pop((202, None)) == 1
    assert answers.keys() <= {(429, "code_requested_too_soon"), (429, "too_many_codes")}
    assert len(inbox.messages(ALICE)) == ConfirmationCode.objects.count() == size


def test_of_twenty_requests_beyond_the_budget_none_sends_a_code() -> None:
    for _ in range(5):
        sign_in(ALICE)
    answers = outcomes(at_once(*[post(CODE, {"phone_number": ALICE})] * 20))
    assert answers == {(429, "too_many_codes"): 20}
    assert len(inbox.messages(ALICE)) == 5


def test_every_wrong_guess_at_every_number_is_counted_once() -> None:
    guesses = [
        post(TOKEN, {"phone_number": number, "confirmation_code": wrong(ask(number))})
        for number in GUESSED_AT
    ]
    assert outcomes(at_once(*guesses * 5)) == {
        (400, "invalid_confirmation_code"): 30,
        (400, "confirmation_code_expired"): 20,
    }
    assert tallied("failed_guesses") == 30
    assert Counter(ConfirmationCode.objects.values_list("attempts", flat=True)) == {3: 10}


def test_a_spray_from_number_to_number_ends_once_it_is_above_its_limit(settings: Settings) -> None:
    """Three guesses at each number at once: after the second number no short code is compared."""
    settings.SPRAY_LIMIT = 5
    guesses = [
        post(TOKEN, {"phone_number": number, "confirmation_code": wrong(ask(number))})
        for number in GUESSED_AT
    ]
    answers = outcomes([call for guess in guesses for call in at_once(*[guess] * 3)])
    assert answers[400, "invalid_confirmation_code"] == tallied("failed_guesses") == 6


@pytest.mark.parametrize("budget", ["SMS_PER_DAY", "SMS_PER_REGION_PER_DAY"])
def test_of_thirty_requests_ten_take_the_ten_sms_of_the_day(
    settings: Settings, budget: str
) -> None:
    setattr(settings, budget, 10)
    requests = [post(CODE, {"phone_number": f"+799944400{n:02}"}) for n in range(30)]
    assert outcomes(at_once(*requests)) == {(202, None): 10, (503, "delivery_unavailable"): 20}
    assert len(inbox.messages()) == ConfirmationCode.objects.filter(live=True).count() == 10


def test_requests_for_a_number_without_an_sms_leave_it_free_to_ask(settings: Settings) -> None:
    settings.SMS_PER_DAY = 1
    ask("+79995550000")
    answers = outcomes(at_once(*[post(CODE, {"phone_number": ALICE})] * 20))
    assert answers.keys() <= {
        (503, "delivery_unavailable"),
        (429, "code_requested_too_soon"),
        (429, "too_many_codes"),
    }
    assert not ConfirmationCode.objects.filter(phone_number=ALICE, live=True).exists()
    settings.SMS_PER_DAY = 2
    settings.CODES_PER_HOUR = 30
    assert post(CODE, {"phone_number": ALICE})().status_code == 202
