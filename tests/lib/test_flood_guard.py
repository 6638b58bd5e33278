"""The guard against floods from one address, and against one person's guesses at invite codes."""

import logging
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient
from time_machine import Traveller

from tests.conftest import ALICE, bearer, wrong
from users.client import Client
from users.confirmation import codes
from users.models import ConfirmationCode, SignIn, User
from users.sign_ins import sign_ins

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

CODE, TOKEN = "/api/v1/auth/code/", "/api/v1/auth/token/"
ACTIVATE = "/api/v1/referrals/activate/"
HERE, THERE = "198.51.100.1", "198.51.100.2"
PEOPLE = count(1000)  # beyond Alice and Bob
THROTTLED = {
    "detail": "Request was throttled. Expected available in 3600 seconds.",
    "code": "throttled",
}


@pytest.fixture(autouse=True)
def two_an_hour(settings: Settings) -> None:
    settings.FLOOD_LIMITS = dict.fromkeys(settings.FLOOD_LIMITS, 2)


def post(path: str, address: str, client: APIClient | None = None, **body: str) -> Any:
    return (client or APIClient()).post(path, body, REMOTE_ADDR=address)


def somebody() -> str:
    """Returns the number of somebody who was never heard of."""
    return f"+7999{next(PEOPLE):07}"


def code_of(number: str) -> str:
    """The code on its way to a number; asking for it met no guard."""
    return codes.derive(codes.issue(number, 4))


def signed_in(number: str) -> SignIn:
    user = User.objects.create_user(number)
    return sign_ins.open_sign_in(user, 4, Client(ip_address=None, user_agent=""))


def ask(address: str, number: str | None = None) -> Any:
    return post(CODE, address, phone_number=number or somebody())


def confirm(address: str, number: str, code: str) -> Any:
    return post(TOKEN, address, phone_number=number, confirmation_code=code)


def guess(address: str) -> Any:
    number = somebody()
    return confirm(address, number, wrong(code_of(number)))


def activate(address: str, opened: SignIn, invite_code: str) -> Any:
    return post(ACTIVATE, address, bearer(opened), invite_code=invite_code)


def guess_invite_code(address: str) -> Any:
    return activate(address, signed_in(somebody()), "Z9Z9Z9")


every_guard = pytest.mark.parametrize("act", [ask, guess, guess_invite_code])


@every_guard
def test_who_comes_too_often_waits_for_the_next_hour(
    clock: Traveller, act: Callable[[str], Any]
) -> None:
    assert 429 not in [act(HERE).status_code for _ in range(2)]
    response = act(HERE)
    assert (response.status_code, response.json()) == (429, THROTTLED)
    assert response["Retry-After"] == "3600"
    clock.shift(3599.5)
    assert act(HERE)["Retry-After"] == "1"
    clock.shift(0.5)
    assert act(HERE).status_code != 429


@every_guard
@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        (HERE, HERE, True),
        (HERE, THERE, False),
        ("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", True),
        ("2001:db8::1", "2001:DB8:0:0:2::", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        (HERE, f"::ffff:{HERE}", True),
        (f"::ffff:{HERE}", f"::ffff:{THERE}", False),
        ("", "", True),
    ],
)
def test_a_household_is_an_ipv4_address_or_an_ipv6_64(
    act: Callable[[str], Any], first: str, second: str, is_one: bool
) -> None:
    for _ in range(2):
        act(first)
    assert (act(second).status_code == 429) == is_one


@every_guard
def test_the_guard_may_be_off(settings: Settings, act: Callable[[str], Any]) -> None:
    settings.FLOOD_GUARD = False
    assert 429 not in [act(HERE).status_code for _ in range(5)]


def test_each_guard_counts_for_itself() -> None:
    for act in (ask, guess, guess_invite_code):
        assert 429 not in [act(HERE).status_code for _ in range(2)]


def test_a_person_who_guesses_invite_codes_is_known_at_every_address() -> None:
    opened = signed_in(ALICE)
    statuses = [activate(f"192.0.2.{n}", opened, "Z9Z9Z9").status_code for n in range(3)]
    assert statuses == [404, 404, 429]
    assert guess_invite_code("192.0.2.3").status_code == 404


def test_a_flood_costs_no_attempt() -> None:
    code = code_of(ALICE)
    for _ in range(2):
        guess(HERE)
    assert confirm(HERE, ALICE, code).json() == THROTTLED
    assert ConfirmationCode.objects.get(phone_number=ALICE).attempts == 0
    assert confirm(THERE, ALICE, code).status_code == 200


def test_a_flood_asks_for_no_code() -> None:
    for _ in range(2):
        ask(HERE)
    assert ask(HERE, ALICE).status_code == 429
    assert not ConfirmationCode.objects.filter(phone_number=ALICE).exists()


def test_right_codes_and_dead_codes_are_no_guesses() -> None:
    for _ in range(3):
        number = somebody()
        code = code_of(number)
        assert confirm(HERE, number, "x").status_code == 400
        assert confirm(HERE, number, code).status_code == 200
        assert confirm(HERE, number, code).json()["code"] == "confirmation_code_expired"
    assert guess(HERE).status_code == 400


def test_right_invite_codes_and_ones_own_are_no_guesses(bob: User) -> None:
    code = bob.invite_codes.get().code
    for _ in range(3):
        opened = signed_in(somebody())
        own = opened.user.invite_codes.get().code
        answers = [activate(HERE, opened, tried) for tried in ("x", own, code, code, "Z9Z9Z9")]
        assert [answer.status_code for answer in answers] == [400, 400, 201, 200, 409]
    assert guess_invite_code(HERE).status_code == 404


@pytest.mark.parametrize("strangers", [HERE, f"::ffff:{HERE}"])
def test_a_right_invite_code_is_never_refused_for_what_others_guessed(
    bob: User, strangers: str
) -> None:
    code = bob.invite_codes.get().code
    assert [guess_invite_code(strangers).status_code for _ in range(3)] == [404, 404, 429]
    assert activate(HERE, signed_in(somebody()), code).status_code == 201
    assert guess_invite_code(HERE).status_code == 429


def test_on_a_spent_address_guesses_still_spend_what_a_user_has(
    bob: User, settings: Settings
) -> None:
    """It tells right from wrong there, so that must end too."""
    settings.FLOOD_LIMITS = {**settings.FLOOD_LIMITS, "wrong_invite_codes_of_a_user": 3}
    for _ in range(2):
        guess_invite_code(HERE)
    opened = signed_in(ALICE)
    assert [activate(HERE, opened, "Z9Z9Z9").status_code for _ in range(3)] == [429] * 3
    assert activate(THERE, opened, bob.invite_codes.get().code).json() == THROTTLED


def test_right_and_wrong_invite_codes_alike_wait() -> None:
    opened = signed_in(ALICE)
    for _ in range(2):
        activate(HERE, opened, "Z9Z9Z9")
    own = opened.user.invite_codes.get().code
    assert activate(THERE, opened, own).json() == THROTTLED


@every_guard
def test_without_its_cache_the_guard_is_open_and_says_so(
    settings: Settings, caplog: pytest.LogCaptureFixture, act: Callable[[str], Any]
) -> None:
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1/"}}
    assert 429 not in [act(HERE).status_code for _ in range(3)]
    said = {(record.levelno, record.name) for record in caplog.records}
    assert (logging.WARNING, "lib.flood_guard") in said
    assert HERE not in caplog.text
