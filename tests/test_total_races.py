"""Totals while everything happens at once: real threads, on both databases."""

import random
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from referrals import services
from referrals.invited import rollup, totals
from referrals.models import Activation, InvitedTotal
from tests.conftest import HERE
from tests.referrals.invited.test_totals import assert_exact, invite
from tests.test_races import at_once
from users.accounts import own
from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)

AGE = timedelta(hours=2)
needs_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="on SQLite a second writer does not even begin"
)


@pytest.fixture(autouse=True)
def small_crowds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollup, "WORTHWHILE", 2)


@pytest.fixture(params=[False, True], ids=["the first total", "a total that was there"])
def came(request: pytest.FixtureRequest, bob: User) -> list[Activation]:
    """Those who came by Bob's code long enough ago; half of them counted, or nobody yet."""
    activations = invite(bob, 12)
    older = [activation.pk for activation in activations[:6]]
    Activation.objects.update(activated_at=timezone.now() - AGE)
    if request.param:
        Activation.objects.filter(pk__in=older).update(activated_at=timezone.now() - 2 * AGE)
        rollup._count(bob.pk, timezone.now() - 1.5 * AGE)
    return list(Activation.objects.select_related("invitee"))


@pytest.mark.parametrize("seed", range(5))
def test_it_is_exact_after_everything_at_once(bob: User, came: list[Activation], seed: int) -> None:
    code = services.live_invite_code(bob).code
    new = [User.objects.create_user(f"+7997000000{n}") for n in range(4)]
    calls: list[Callable[[], Any]] = [
        *[partial(services.void, activation) for activation in came[::3] * 2],
        *[partial(own.close, activation.invitee, HERE) for activation in came[1::3]],
        *[partial(services.activate, person, code) for person in new],
        *[rollup.roll_up] * 3,
        *[rollup.rebuild] * 2,
        *[partial(totals.of, bob)] * 3,
    ]
    random.Random(seed).shuffle(calls)
    results = at_once(*calls)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert totals.of(bob) == 12 - 4 - 4 + 4
    assert_exact(bob)


# The locks of the whole server are listed, those of the other test processes too.
WAITING_HERE = """
    SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (
        SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database
        WHERE datname = current_database()
    )
"""


def until_somebody_waits() -> None:
    """Returns when a statement of another connection waits for a lock."""
    with connection.cursor() as cursor:
        waiting = 0
        while not waiting:
            cursor.execute(WAITING_HERE)
            [waiting] = cursor.fetchone()


@pytest.fixture
def meanwhile() -> Iterator[Callable[[Callable[[], Any]], None]]:
    """Starts something in a thread, and comes back when it waits for a lock of ours."""
    threads = []

    def start(call: Callable[[], Any]) -> None:
        def run() -> None:
            call()
            connections.close_all()

        thread = threading.Thread(target=run)
        threads.append(thread)
        thread.start()
        until_somebody_waits()

    yield start
    for thread in threads:
        thread.join()


@needs_postgresql
def test_a_roll_up_waits_for_a_void_that_has_not_ended(
    bob: User, came: list[Activation], meanwhile: Callable[[Callable[[], Any]], None]
) -> None:
    with transaction.atomic():
        services.void(came[0])
        meanwhile(rollup.roll_up)
    at_once(rollup.roll_up)
    assert InvitedTotal.objects.get().count == totals.of(bob) == 11


@needs_postgresql
def test_a_void_waits_for_a_roll_up_that_has_not_ended(
    bob: User, came: list[Activation], meanwhile: Callable[[Callable[[], Any]], None]
) -> None:
    with transaction.atomic():
        rollup.roll_up()
        meanwhile(partial(services.void, came[-1]))
    at_once(rollup.roll_up)
    assert_exact(bob)


def test_two_who_invited_each_other_close_at_once() -> None:
    """Each has locked their own row, and nobody asks for the other's."""
    for n in range(5):
        pair = [User.objects.create_user(f"+799600000{n}{side}") for side in range(2)]
        codes = [services.live_invite_code(person).code for person in pair]
        for person, code in zip(pair, reversed(codes), strict=True):
            services.activate(person, code)
        assert at_once(*[partial(own.close, person, HERE) for person in pair]) == [None, None]
    assert not Activation.objects.exists()
