"""The number of invitees: always exact, and cheap however many there are."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import OuterRef
from django.utils import timezone
from time_machine import Traveller

from referrals import services
from referrals.invited import rollup, summaries, totals
from referrals.models import BEGINNING, Activation, InvitedTotal
from tests.conftest import HERE
from users.accounts import own
from users.models import User

pytestmark = pytest.mark.django_db

HOUR = 3600
NUMBERS = count()


@pytest.fixture(autouse=True)
def small_crowds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two invitees are enough for a stored total."""
    monkeypatch.setattr(rollup, "WORTHWHILE", 2)


def invite(inviter: User, people: int = 1) -> list[Activation]:
    code = services.live_invite_code(inviter).code
    came = [User.objects.create_user(f"+79995{next(NUMBERS):06}") for _ in range(people)]
    return [services.activate(person, code)[0] for person in came]


def total_of(inviter: User) -> tuple[int, datetime]:
    return InvitedTotal.objects.values_list("count", "counted_to").get(inviter=inviter)


def assert_exact(*inviters: User) -> None:
    for inviter, summary in summaries.summaries(inviters).items():
        rows = Activation.objects.filter(inviter=inviter)
        assert summary.invited_users_count == rows.count()
        for total in InvitedTotal.objects.filter(inviter=inviter):
            assert rows.filter(activated_at__lte=total.counted_to).count() == total.count


def test_it_is_the_stored_total_and_those_who_came_since(clock: Traveller, bob: User) -> None:
    invite(bob, 3)
    clock.shift(2 * HOUR)
    rollup.roll_up()
    assert total_of(bob) == (3, timezone.now() - timedelta(minutes=10))
    invite(bob, 2)
    assert total_of(bob)[0] == 3
    assert totals.of(bob) == 5
    assert summaries.statistics(bob, 30).total == 5


def test_without_invitees_it_is_zero(bob: User) -> None:
    assert totals.of(bob) == 0
    assert_exact(bob)


def test_a_voided_activation_is_taken_out(clock: Traveller, bob: User) -> None:
    [old, _] = invite(bob, 2)
    clock.shift(2 * HOUR)
    rollup.roll_up()
    [young] = invite(bob)
    assert [services.void(activation) for activation in (old, young, old)] == [True, True, False]
    assert total_of(bob)[0] == totals.of(bob) == 1


def test_without_a_total_a_void_leaves_an_empty_one(clock: Traveller, bob: User) -> None:
    """The next roll-up finds it locked, so neither overlooks the other."""
    [mistake, _] = invite(bob, 2)
    services.void(mistake)
    assert total_of(bob) == (0, BEGINNING)
    assert totals.of(bob) == 1


@pytest.mark.parametrize(("days", "left"), [(29, 1), (30, 2)])
def test_an_invitee_who_closes_within_thirty_days_is_taken_out(
    clock: Traveller, bob: User, days: int, left: int
) -> None:
    [leaver, _] = invite(bob, 2)
    clock.shift(days * 24 * HOUR)
    rollup.roll_up()
    assert total_of(bob)[0] == 2
    own.close(leaver.invitee, HERE)
    assert total_of(bob)[0] == totals.of(bob) == left


def test_a_closed_inviter_keeps_their_total(clock: Traveller, bob: User) -> None:
    """It counts the activations of others, and these stay."""
    invite(bob, 3)
    clock.shift(2 * HOUR)
    rollup.roll_up()
    own.close(bob, HERE)
    assert total_of(bob)[0] == totals.of(bob) == 3


@pytest.mark.parametrize("seed", range(12))
def test_it_is_exact_after_every_step(clock: Traveller, seed: int) -> None:
    """Random events in random order, some of them at the same moment."""
    chance = random.Random(seed)
    inviters = [User.objects.create_user(f"+7998000000{n}") for n in range(3)]

    def random_activation() -> Activation | None:
        return Activation.objects.order_by("?").first()

    def come() -> None:
        invite(chance.choice(inviters), chance.randrange(1, 4))

    def void() -> None:
        if mistake := random_activation():
            services.void(mistake)

    def leave() -> None:
        if leaver := random_activation():
            services.leave(leaver.invitee)

    def pass_time() -> None:
        clock.shift(chance.choice([1, HOUR, 5 * HOUR, 20 * 24 * HOUR]))

    steps: list[Callable[[], object]] = [
        *[come] * 4, void, leave, *[pass_time] * 3, *[rollup.roll_up] * 2, rollup.rebuild
    ]  # fmt: skip
    for _ in range(60):
        chance.choice(steps)()
        assert_exact(*inviters)


def read(line: str) -> float:
    """The number of rows that a line of a query plan says were read."""
    return float(line.split("actual")[1].split("rows=")[1].split()[0])


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the plan is PostgreSQL's")
def test_an_invitee_in_the_total_is_not_read_again(clock: Traveller, bob: User) -> None:
    invite(bob, 40)
    clock.shift(2 * HOUR)
    rollup.roll_up()
    invite(bob, 3)
    people = get_user_model()._default_manager.filter(pk=bob.pk).annotate(n=totals.invited())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # it reads a small table as a whole
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    plan = people.values("n").explain(analyze=True)
    [index] = [line for line in plan.splitlines() if "invited_newest_first" in line]
    assert "Index Only Scan" in index
    assert read(index) == 3
    assert "activated_at > COALESCE" in plan


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the plan is PostgreSQL's")
def test_of_many_only_the_newest_are_read(
    clock: Traveller, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summaries, "NEWEST_SHOWN", 5)
    invite(bob, 40)
    people = User.objects.filter(pk=bob.pk).annotate(newest=summaries._newest(of=OuterRef("pk")))
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")  # which 40 rows would get
    plan = people.values("newest").explain(analyze=True)
    [index] = [line for line in plan.splitlines() if "invited_newest_first" in line]
    assert read(index) == 5
