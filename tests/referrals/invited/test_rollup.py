"""`manage.py roll_up`: which totals are updated, up to when, and at what cost."""

import logging
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from time_machine import Traveller

from referrals.invited import rollup, totals
from referrals.models import Activation, InvitedTotal, RollUp
from tests.referrals.invited.test_totals import HOUR, assert_exact, invite, total_of
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_crowds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three invitees are enough for a stored total."""
    monkeypatch.setattr(rollup, "WORTHWHILE", 3)


def roll_up(rebuild: bool = False) -> str:
    out = StringIO()
    call_command("roll_up", rebuild=rebuild, stdout=out)
    return out.getvalue()


def test_the_boundary_stays_ten_minutes_behind(clock: Traveller, bob: User) -> None:
    invite(bob, 3)
    clock.shift(599)
    assert roll_up() == "0 totals have grown\n"
    clock.shift(1)
    assert roll_up() == "1 totals have grown\n"
    assert total_of(bob) == (3, timezone.now() - timedelta(minutes=10))


def test_an_inviter_with_few_invitees_gets_no_total(
    clock: Traveller, alice: User, bob: User
) -> None:
    invite(alice, 2)
    invite(bob, 3)
    clock.shift(2 * HOUR)
    assert rollup.roll_up() == 1
    assert list(InvitedTotal.objects.values_list("inviter", flat=True)) == [bob.pk]


def test_invitees_who_come_one_by_one_add_up_to_a_total(clock: Traveller, bob: User) -> None:
    grown = []
    for _ in range(7):
        invite(bob)
        clock.shift(2 * HOUR)
        grown.append(rollup.roll_up())
        assert_exact(bob)
    assert grown == [0, 0, 1, 0, 0, 1, 0]
    assert total_of(bob)[0] == 6


def test_only_activations_since_the_last_roll_up_are_read(
    clock: Traveller, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    invite(bob, 3)
    clock.shift(2 * HOUR)
    rollup.roll_up()
    assert RollUp.objects.get().last_id == Activation.objects.latest("id").pk
    with django_assert_num_queries(2):  # the boundary before, the boundary now
        assert rollup.roll_up() == 0


def test_a_long_backlog_is_rolled_up_in_portions(
    clock: Traveller, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollup, "AT_ONCE", 2)
    invite(bob, 3)
    invite(alice, 4)
    clock.shift(2 * HOUR)
    RollUp.objects.create(pk=1, last_id=Activation.objects.earliest("id").pk - 1)
    assert rollup.roll_up() == 2
    assert RollUp.objects.get().last_id == Activation.objects.latest("id").pk
    assert [total_of(bob)[0], total_of(alice)[0]] == [3, 4]


def test_a_clock_set_back_moves_nothing_back(clock: Traveller, bob: User) -> None:
    invite(bob, 3)
    clock.shift(9 * HOUR)
    rollup.roll_up()
    before = total_of(bob)
    RollUp.objects.update(last_id=0)
    clock.shift(-5 * HOUR)
    rollup._count(bob.pk, timezone.now() - rollup.LAG)
    assert total_of(bob) == before


def test_rows_added_or_deleted_by_hand_are_counted_anew(
    clock: Traveller, alice: User, bob: User
) -> None:
    first, *_ = invite(bob, 5)
    clock.shift(3 * HOUR)
    rollup.roll_up()
    Activation.objects.filter(pk=first.pk).delete()
    by_hand = invite(alice, 4)
    Activation.objects.filter(pk__in=[row.pk for row in by_hand]).update(
        activated_at=timezone.now() - timedelta(days=9)
    )
    assert totals.of(bob) == 5
    assert roll_up(rebuild=True) == "2 totals counted again\n"
    assert [total_of(bob)[0], total_of(alice)[0]] == [4, 4]
    assert_exact(alice, bob)


def test_beat_rolls_up_every_ten_minutes(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["roll_up"]
    assert entry["task"] == rollup.roll_up_totals.name
    assert entry["schedule"].remaining_estimate(timezone.now()) <= timedelta(minutes=10)
    caplog.set_level(logging.INFO)
    rollup.roll_up_totals()
    assert "0 totals of invited people have grown" in caplog.text
