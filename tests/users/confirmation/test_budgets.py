"""The budgets of sign-in: how many codes, how many wrong guesses, how many SMS."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import settings as thoroughness
from hypothesis import strategies as st
from pytest_django import Settings
from rest_framework.test import APIClient
from time_machine import Traveller

from tests.conftest import ALICE, BOB, CHARLIE, ask, sign_in, wrong
from users.accounts import moderation
from users.confirmation import codes
from users.models import ConfirmationCode, User
from users.sms import inbox
from users.sms.inbox import Message

pytestmark = pytest.mark.django_db

CODE, TOKEN = "/api/v1/auth/code/", "/api/v1/auth/token/"
KAZAKH = "+77011234567"
HOUR, DAY = 3600, 24 * 3600  # seconds
LIFETIME = 300  # seconds that a code lives

TOO_MANY = {
    "detail": "Too many codes were asked for.",
    "code": "too_many_codes",
}
UNAVAILABLE = {
    "detail": "The SMS could not be sent. Try again in a minute.",
    "code": "delivery_unavailable",
}
EXPIRED = {
    "detail": "The confirmation code is no longer valid. Ask for a new one.",
    "code": "confirmation_code_expired",
}


def request(phone_number: str = ALICE, **more: Any) -> Any:
    return APIClient().post(CODE, {"phone_number": phone_number, **more})


def confirm(phone_number: str, code: str) -> Any:
    return APIClient().post(TOKEN, {"phone_number": phone_number, "confirmation_code": code})


def next_length(phone_number: str = ALICE) -> int:
    """How many digits the next code has; it is used at once, so that no pause stands."""
    length = len(code := ask(phone_number))
    assert confirm(phone_number, code).status_code == 200
    return length


def ask_often(clock: Traveller, times: int, every: int) -> None:
    """Asks for codes; as long as asked for passes after each."""
    for _ in range(times):
        ask(ALICE)
        clock.shift(every)


def fail(guesses: int, phone_number: str = ALICE) -> None:
    """Guesses wrong at one code; three guesses exhaust it."""
    code = ask(phone_number)
    for _ in range(guesses):
        assert confirm(phone_number, wrong(code)).json()["code"] == "invalid_confirmation_code"


def fail_often(clock: Traveller, *guesses: int) -> None:
    """Guesses wrong at one code after another, a minute apart."""
    for number in guesses:
        fail(number)
        clock.shift(60)


# Codes of a number


@pytest.mark.parametrize(
    ("seconds", "status", "retry_after"),
    [(300, 429, "3300"), (3599.5, 429, "1"), (3600, 202, None)],
)
def test_a_sixth_code_comes_an_hour_after_the_first(
    clock: Traveller, seconds: float, status: int, retry_after: str | None
) -> None:
    ask_often(clock, 5, every=60)
    clock.shift(seconds - 300)
    response = request()
    assert (response.status_code, response.get("Retry-After")) == (status, retry_after)


@pytest.mark.parametrize(
    ("seconds", "status", "retry_after"),
    [(7200, 429, "79200"), (DAY - 0.5, 429, "1"), (DAY, 202, None)],
)
def test_an_eleventh_code_comes_a_day_after_the_first(
    clock: Traveller, seconds: float, status: int, retry_after: str | None
) -> None:
    ask_often(clock, 10, every=720)
    clock.shift(seconds - 7200)
    response = request()
    assert (response.status_code, response.get("Retry-After")) == (status, retry_after)


def test_the_refusal_names_the_longer_wait(clock: Traveller) -> None:
    ask_often(clock, 5, every=720)
    clock.shift(HOUR)
    ask_often(clock, 5, every=60)
    response = request(code_length=6)
    assert (response.status_code, response.json()) == (429, TOO_MANY)
    assert response["Retry-After"] == str(DAY - 2 * HOUR - 300)


@pytest.mark.usefixtures("clock")
def test_codes_that_signed_in_count() -> None:
    for _ in range(5):
        sign_in(ALICE, code_length=6)
    assert request().json() == TOO_MANY


def test_each_number_has_a_budget_of_its_own(clock: Traveller) -> None:
    ask_often(clock, 5, every=60)
    assert [request(number).status_code for number in (ALICE, BOB)] == [429, 202]


def test_a_refusal_leaves_the_last_code_alone(clock: Traveller) -> None:
    ask_often(clock, 4, every=60)
    last = ask(ALICE)
    clock.shift(120)
    assert request().json() == TOO_MANY
    assert confirm(ALICE, last).status_code == 200


def test_a_lost_cache_gives_nothing_back(clock: Traveller) -> None:
    fail_often(clock, 3, 3, 3)
    cache.clear()
    assert next_length() == 6
    ask(ALICE)
    cache.clear()
    assert request().json() == TOO_MANY


# Wrong guesses at a number


@pytest.mark.parametrize(
    ("guesses", "length"), [((3, 3), 4), ((3, 3, 1), 6), ((3, 2, 1, 1), 6), ((3, 3, 3), 6)]
)
def test_four_digits_need_room_for_three_wrong_guesses(
    clock: Traveller, guesses: tuple[int, ...], length: int
) -> None:
    fail_often(clock, *guesses)
    assert request().json()["code_length"] == length


@pytest.mark.parametrize(
    ("seconds", "length"), [(0, 6), (DAY + LIFETIME - 0.5, 6), (DAY + LIFETIME, 4)]
)
def test_a_wrong_guess_counts_until_a_day_after_its_code_has_expired(
    clock: Traveller, seconds: float, length: int
) -> None:
    began = datetime.now(UTC)
    fail_often(clock, 3, 3, 3)
    if seconds:
        clock.move_to(began + timedelta(seconds=seconds))
    assert next_length() == length


@pytest.mark.parametrize(("seconds", "length"), [(LIFETIME - 0.5, 6), (LIFETIME, 4)])
def test_thirty_six_wrong_guesses_count_for_thirty_days(
    clock: Traveller, seconds: float, length: int
) -> None:
    began = datetime.now(UTC)
    for _ in range(4):
        fail_often(clock, 3, 3, 3)
        clock.shift(DAY + HOUR)
    assert next_length() == 6
    clock.move_to(began + timedelta(days=30, seconds=seconds))
    assert next_length() == length


@pytest.mark.usefixtures("clock")
def test_right_codes_cost_nothing_and_give_nothing_back() -> None:
    lengths = []
    for _ in range(5):
        code = ask(ALICE)
        lengths.append(len(code))
        for _ in range(2):
            confirm(ALICE, wrong(code))
        confirm(ALICE, code)
    assert lengths == [4, 4, 4, 4, 6]


@pytest.mark.usefixtures("clock")
def test_five_right_codes_leave_the_budget_whole() -> None:
    assert [next_length() for _ in range(5)] == [4] * 5


def test_six_digits_that_were_asked_for_count_too(clock: Traveller) -> None:
    for _ in range(3):
        code = ask(ALICE, 6)
        for _ in range(3):
            confirm(ALICE, wrong(code))
        clock.shift(60)
    assert next_length() == 6


def test_a_spent_budget_locks_nobody_out(clock: Traveller) -> None:
    fail_often(clock, 3, 3, 3)
    assert next_length() == 6
    assert request(BOB).json()["code_length"] == 4


@pytest.mark.parametrize("moment", [0, 299])
def test_four_digits_are_compared_nine_times_in_any_day(clock: Traveller, moment: int) -> None:
    """Whoever guesses at every short code, in the first or in the last second of its life."""
    compared: list[datetime] = []
    began = datetime.now(UTC)
    while datetime.now(UTC) < began + timedelta(days=3):
        response = request()
        if response.status_code == 429 or response.json()["code_length"] == 6:
            clock.shift(HOUR / 4)
            continue
        clock.shift(moment)
        code = codes.derive(ConfirmationCode.objects.get(live=True))
        for _ in range(3):
            assert confirm(ALICE, wrong(code)).json()["code"] == "invalid_confirmation_code"
            compared.append(datetime.now(UTC))
    day = timedelta(days=1)
    assert max(sum(first <= other < first + day for other in compared) for first in compared) == 9
    assert len(compared) == 27


# Wrong guesses at all numbers


@pytest.fixture
def spray(clock: Traveller, settings: Settings) -> Callable[[int], None]:
    """Fails so many guesses at one number after another; more than three are a spray."""
    settings.SPRAY_LIMIT = 3

    def fail_anywhere(guesses: int) -> None:
        for number in range(guesses):
            fail(1, f"+799911100{number:02}")

    return fail_anywhere


@pytest.mark.parametrize(("guesses", "length"), [(3, 4), (4, 6)])
def test_a_spray_makes_new_codes_six_digits_long(
    spray: Callable[[int], None], guesses: int, length: int
) -> None:
    spray(guesses)
    assert request(ALICE).json()["code_length"] == length


def test_a_spray_makes_short_codes_worthless_and_waives_their_pause(
    spray: Callable[[int], None],
) -> None:
    short = ask(ALICE)
    spray(4)
    response = confirm(ALICE, short)
    assert (response.status_code, response.json()) == (400, EXPIRED)
    assert confirm(ALICE, ask(ALICE)).status_code == 200
    assert ConfirmationCode.objects.get(phone_number=ALICE, length=4).attempts == 0


def test_a_spray_leaves_long_codes_and_their_pause_alone(spray: Callable[[int], None]) -> None:
    long = ask(ALICE, 6)
    spray(4)
    assert request(ALICE).json()["code"] == "code_requested_too_soon"
    assert confirm(ALICE, long).status_code == 200


@pytest.mark.parametrize(("seconds", "length"), [(DAY, 6), (25 * HOUR - 1, 6), (25 * HOUR, 4)])
def test_a_spray_is_over_a_day_after_its_hour(
    clock: Traveller, spray: Callable[[int], None], seconds: int, length: int
) -> None:
    spray(4)
    cache.clear()
    clock.shift(seconds)
    assert request(ALICE).json()["code_length"] == length


def test_right_and_expired_codes_make_no_spray(
    clock: Traveller, spray: Callable[[int], None]
) -> None:
    spray(3)
    expired = ask(CHARLIE)
    sign_in(BOB)
    clock.shift(LIFETIME)
    for _ in range(5):
        assert confirm(CHARLIE, expired).json() == EXPIRED
    assert request(ALICE).json()["code_length"] == 4


# SMS


def test_a_region_has_so_many_sms_a_day(
    clock: Traveller,
    settings: Settings,
    phones: Callable[[], list[Message]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.SMS_PER_REGION_PER_DAY = 2
    assert [request(number).status_code for number in (ALICE, BOB)] == [202, 202]
    response = request(CHARLIE)
    assert (response.status_code, response.json()) == (503, UNAVAILABLE)
    assert logging.ERROR in {record.levelno for record in caplog.records}
    assert CHARLIE not in caplog.text
    assert not ConfirmationCode.objects.filter(phone_number=CHARLIE, live=True).exists()
    assert request(KAZAKH).status_code == 202
    assert [message.phone_number for message in phones()] == [KAZAKH, BOB, ALICE]


def test_all_regions_together_have_so_many_sms_a_day(clock: Traveller, settings: Settings) -> None:
    settings.SMS_PER_DAY = 2
    answers = [request(number).status_code for number in (ALICE, KAZAKH, BOB, KAZAKH[:-1] + "8")]
    assert answers == [202, 202, 503, 503]


@pytest.mark.parametrize(("seconds", "status"), [(15 * HOUR - 0.5, 503), (15 * HOUR, 202)])
def test_the_day_of_the_sms_ends_at_midnight(
    clock: Traveller, settings: Settings, seconds: float, status: int
) -> None:
    settings.SMS_PER_DAY = 1
    ask(BOB)
    clock.shift(seconds)
    assert request(ALICE).status_code == status


@pytest.mark.usefixtures("clock")
def test_without_an_sms_there_is_no_pause_and_sent_codes_still_work(settings: Settings) -> None:
    settings.SMS_PER_DAY = 1
    sent = ask(BOB)
    assert [request(ALICE).status_code for _ in range(2)] == [503, 503]
    assert confirm(BOB, sent).status_code == 200
    settings.SMS_PER_DAY = 2
    assert confirm(ALICE, ask(ALICE)).status_code == 200


# What an answer reveals


def known(phone_number: str) -> None:
    User.objects.create_user(phone_number)


def blocked(phone_number: str) -> None:
    root = User.objects.create_superuser("+79990000007")
    moderation.block(User.objects.create_user(phone_number), by=root)


def closed(phone_number: str) -> None:
    user = sign_in(phone_number).user
    User.objects.filter(pk=user.pk).update(
        phone_number=None, is_active=False, closed_at=datetime.now(UTC)
    )


def answers(phone_number: str, code_length: int) -> list[tuple[int, bytes, dict[str, str]]]:
    """All that a number is answered: to asking, to asking again, and to wrong guesses."""
    asked = [request(phone_number, code_length=code_length) for _ in range(2)]
    code = codes.derive(ConfirmationCode.objects.get(phone_number=phone_number, live=True))
    guessed = [confirm(phone_number, wrong(code)) for _ in range(4)]
    return [
        (answer.status_code, answer.content.replace(phone_number.encode(), b""), headers(answer))
        for answer in [*asked, *guessed]
    ]


def headers(answer: Any) -> dict[str, str]:
    """All but the id of the request, which is always another."""
    return {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("code_length", [4, 6])
@pytest.mark.parametrize("become", [known, blocked, closed])
def test_the_answers_reveal_nothing_about_a_number(
    become: Callable[[str], None], code_length: int
) -> None:
    become(BOB)
    new = answers(ALICE, code_length)
    assert [status for status, _, _ in new] == [202, 429, 400, 400, 400, 400]
    assert answers(BOB, code_length) == new


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("become", [known, blocked, closed])
def test_a_spent_sms_budget_reveals_nothing_about_a_number(
    settings: Settings, become: Callable[[str], None]
) -> None:
    become(BOB)
    ask(CHARLIE)
    settings.SMS_PER_DAY = 1
    new, other = (request(number) for number in (ALICE, BOB))
    assert (new.status_code, new.content) == (other.status_code, other.content)
    assert other.json() == UNAVAILABLE


@pytest.mark.usefixtures("clock")
def test_somebody_blocked_gets_no_sms(phones: Callable[[], list[Message]]) -> None:
    blocked(BOB)
    assert request(BOB).status_code == 202
    assert phones() == []


@pytest.mark.parametrize(("phone_number", "status"), [(ALICE, 202), (KAZAKH, 400)])
def test_other_countries_are_refused_where_regions_are_named(
    settings: Settings, phone_number: str, status: int
) -> None:
    settings.PHONE_REGIONS = ["RU"]
    response = request(phone_number)
    assert response.status_code == status
    if status == 400:
        message = "We do not send SMS to this country yet."
        assert response.json() == {"phone_number": [message]}
        assert not ConfirmationCode.objects.exists()


# One number, however it is written

DIGITS = st.sampled_from(["+79990000001", "89990000001", "9990000001", "+7\u00a09990000001"])
GAPS = st.lists(st.sampled_from(["", "", " ", "-", ".", "\u00a0", "\u200e", " - "]), min_size=14)


@pytest.fixture
def plenty(settings: Settings) -> None:
    """Codes for as many examples as there are."""
    settings.CODES_PER_HOUR = settings.CODES_PER_DAY = 1000


@pytest.mark.usefixtures("plenty")
@thoroughness(max_examples=30, deadline=None)
@given(digits=DIGITS, gaps=GAPS)
def test_a_number_has_one_row_in_any_spelling(digits: str, gaps: list[str]) -> None:
    spelling = digits[:2] + "".join(map("".join, zip(gaps, digits[2:], strict=False)))
    assert request(spelling).json()["phone_number"] == ALICE
    [message] = inbox.messages()[:1]
    assert confirm(spelling, str(message.confirmation_code)).status_code == 200
    assert User.objects.get().phone_number == ALICE
