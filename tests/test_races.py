"""What happens at once: real threads, each with a connection of its own, on both databases."""

import itertools
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from rest_framework.test import APIClient

from referrals import invite_codes
from referrals.models import Activation, InviteCode
from tests.conftest import ALICE, BOB, ask, bearer, sign_in, wrong
from users.accounts import moderation
from users.models import ConfirmationCode, SignIn, User
from users.sign_ins import signing_in, tokens
from users.sms import inbox

pytestmark = pytest.mark.django_db(transaction=True)

TOKEN = "/api/v1/auth/token/"


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Runs the calls in parallel, starting them together; returns what each returned."""
    start = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(number: int, call: Callable[[], Any]) -> None:
        start.wait()
        try:
            results[number] = call()
        except Exception as error:  # the test compares it
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def post(path: str, body: dict[str, str], client: APIClient | None = None) -> Callable[[], Any]:
    client = client or APIClient()
    return lambda: client.post(path, body)


def outcomes(responses: list[Any]) -> Counter[tuple[int, str | None]]:
    return Counter((r.status_code, r.data and r.data.get("code")) for r in responses)


def test_of_fifty_wrong_codes_three_are_compared() -> None:
    guess = {"phone_number": ALICE, "confirmation_code": wrong(ask(ALICE))}
    assert outcomes(at_once(*[post(TOKEN, guess)] * 50)) == {
        (400, "invalid_confirmation_code"): 3,
        (400, "confirmation_code_expired"): 47,
    }
    assert ConfirmationCode.objects.get().attempts == 3


def test_of_twenty_right_codes_one_gets_tokens() -> None:
    confirmed = {"phone_number": ALICE, "confirmation_code": ask(ALICE)}
    answers = outcomes(at_once(*[post(TOKEN, confirmed)] * 20))
    assert answers == {(200, None): 1, (400, "confirmation_code_expired"): 19}
    assert SignIn.objects.count() == 1


def test_of_fifty_code_requests_one_sends_an_sms() -> None:
    request = post("/api/v1/auth/code/", {"phone_number": ALICE})
    assert outcomes(at_once(*[request] * 50)) == {
        (202, None): 1,
        (429, "code_requested_too_soon"): 49,
    }
    assert len(inbox.messages()) == 1


def test_twenty_refreshes_have_one_successor() -> None:
    parent = {"refresh": tokens.pair(sign_in(ALICE)).refresh}
    answers = at_once(*[post("/api/v1/auth/token/refresh/", parent)] * 20)
    assert outcomes(answers) == {(200, None): 20}
    assert len({answer.data["refresh"] for answer in answers}) == 1
    assert SignIn.objects.get().generation == 1


def test_eight_first_sign_ins_make_one_person_with_one_code() -> None:
    found = at_once(*[lambda: signing_in.find_or_sign_up(ALICE)] * 8)
    assert Counter(is_new for _, is_new in found) == {True: 1, False: 7}
    assert User.objects.get().invite_codes.count() == 1


def test_one_person_activating_fifty_codes_activates_one(alice: User) -> None:
    owners = [User.objects.create_user(f"+7999111{n:04}") for n in range(50)]
    theirs = InviteCode.objects.filter(owner__in=owners).values_list("code", flat=True)
    client = bearer(sign_in(ALICE))
    path = "/api/v1/referrals/activate/"
    answers = at_once(*[post(path, {"invite_code": code}, client) for code in theirs])
    assert outcomes(answers) == {(201, None): 1, (409, "invite_code_already_activated"): 49}
    assert Activation.objects.count() == 1


def test_the_same_code_activated_twenty_times_at_once_is_one_activation(
    alice: User, bob: User
) -> None:
    body = {"invite_code": bob.invite_codes.get().code}
    client = bearer(sign_in(ALICE))
    answers = at_once(*[post("/api/v1/referrals/activate/", body, client)] * 20)
    assert outcomes(answers) == {(201, None): 1, (200, None): 19}


def test_two_people_may_activate_each_other(alice: User, bob: User) -> None:
    path = "/api/v1/referrals/activate/"
    answers = at_once(
        post(path, {"invite_code": bob.invite_codes.get().code}, bearer(sign_in(ALICE))),
        post(path, {"invite_code": alice.invite_codes.get().code}, bearer(sign_in(BOB))),
    )
    assert outcomes(answers) == {(201, None): 2}


def test_nobody_signs_in_beside_a_block(alice: User, bob: User) -> None:
    confirmed = {"phone_number": ALICE, "confirmation_code": ask(ALICE)}
    at_once(post(TOKEN, confirmed), lambda: moderation.block(alice, by=bob))
    assert not SignIn.objects.live().filter(user=alice).exists()


def test_codes_drawn_twice_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The random source repeats itself; eight people still get eight codes."""
    drawn = itertools.cycle(["A2A2A2", "B3B3B3"])
    longer = iter(f"C4C4C{n}" + "D" for n in range(2, 10))
    lock = threading.Lock()

    def draw(length: int = invite_codes.LENGTH) -> str:
        with lock:
            return next(drawn) if length == invite_codes.LENGTH else next(longer)

    monkeypatch.setattr(invite_codes, "draw", draw)
    people = at_once(*[lambda n=n: User.objects.create_user(f"+7999222000{n}") for n in range(8)])
    issued = sorted(person.invite_codes.get().code for person in people)
    assert issued[:2] == ["A2A2A2", "B3B3B3"]
    assert [len(code) for code in issued[2:]] == [7] * 6
