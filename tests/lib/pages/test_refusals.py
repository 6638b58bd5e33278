"""Refusals in words."""

from datetime import timedelta

import pytest
from django.utils.translation import override
from rest_framework.exceptions import NotFound, Throttled

from lib.pages.refusals import in_words, waiting_time
from referrals.exceptions import CodeResetTooSoon
from users.exceptions import InvalidConfirmationCode


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"),
        (59, "59 seconds"),
        (120, "120 seconds"),
        (121, "2\xa0minutes"),
        (3540, "59\xa0minutes"),
        (3600, "1\xa0hour"),
        (25 * 3600, "1\xa0day, 1\xa0hour"),
    ],
)
def test_a_wait_is_given_in_units_that_people_use(seconds: int, words: str) -> None:
    assert waiting_time(seconds) == words


def test_a_wait_has_the_right_plural_in_russian() -> None:
    with override("ru"):
        assert waiting_time(121 * 60).startswith("2\xa0часа")


def test_a_refusal_without_a_wait_has_only_its_message() -> None:
    assert in_words(NotFound()) == "Not found."


def test_a_refusal_says_how_long_to_wait() -> None:
    said = in_words(CodeResetTooSoon(timedelta(days=3)))
    assert said == (
        "You have changed your invite code in the last 30 days. Try again in 3\xa0days."
    )


def test_part_of_a_second_is_rounded_up() -> None:
    said = in_words(Throttled(wait=0.5))
    assert said.endswith("Try again in 1 second.")


def test_a_throttle_without_a_time_names_no_time() -> None:
    assert in_words(Throttled()) == "Request was throttled."


@pytest.mark.parametrize(
    ("left", "words"),
    [(2, "2 attempts left."), (1, "1 attempt left."), (0, "0 attempts left.")],
)
def test_the_attempts_left_are_counted(left: int, words: str) -> None:
    said = in_words(InvalidConfirmationCode(left))
    assert said == f"The confirmation code is wrong. {words}"
