"""`manage.py purge`: what is older than its setting goes, what is younger stays."""

import logging
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db.models import Model
from django.utils import timezone
from pytest_django import Settings

from tests.conftest import ALICE
from users.accounts import retention
from users.models import AuditEvent, AuditEventType, ConfirmationCode, Purpose, SignIn, Tally, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SECOND = timedelta(seconds=1)
NAMES = ["confirmation codes", "tallies", "sign-ins", "audit trail", "sessions"]


def code(age: timedelta) -> Model:
    began = timezone.now() - age
    return ConfirmationCode.objects.create(
        phone_number=ALICE,
        purpose=Purpose.SIGN_IN,
        length=4,
        live=False,
        created_at=began,
        expires_at=began + timedelta(minutes=5),
    )


def tally(age: timedelta) -> Model:
    return Tally.objects.create(name="sms", since=timezone.now() - age, count=1)


def sign_in(began: timedelta, ended: timedelta | None = None) -> Model:
    now = timezone.now()
    user, _ = User.objects.get_or_create(phone_number=ALICE)
    return SignIn.objects.create(
        user=user,
        proof_length=4,
        created_at=now - began,
        rotated_at=now - began,
        last_used_at=now - began,
        ended_at=None if ended is None else now - ended,
    )


def ended_sign_in(age: timedelta) -> Model:
    return sign_in(began=age + timedelta(days=10), ended=age)


def event(age: timedelta) -> Model:
    return AuditEvent.objects.create(event=AuditEventType.BLOCKED, at=timezone.now() - age)


def session(age: timedelta) -> Model:
    return Session.objects.create(session_key=str(age), expire_date=timezone.now() - age)


def purge(dry_run: bool = False) -> list[str]:
    out = StringIO()
    call_command("purge", dry_run=dry_run, stdout=out)
    return out.getvalue().splitlines()


every_kind = pytest.mark.parametrize(
    ("make", "kept", "setting"),
    [
        (code, 31, "CODES_KEPT_DAYS"),
        (tally, 31, "CODES_KEPT_DAYS"),
        (ended_sign_in, 90, "SIGN_INS_KEPT_DAYS"),
        (sign_in, 180, "SIGN_INS_KEPT_DAYS"),  # after the 90 days that it could live
        (event, 365, "AUDIT_KEPT_DAYS"),
        (session, 0, None),
    ],
    ids=["code", "tally", "ended sign-in", "expired sign-in", "event", "session"],
)


@every_kind
def test_the_old_goes_and_the_young_stays(
    make: Callable[[timedelta], Model], kept: int, setting: str | None
) -> None:
    old, young = make(timedelta(days=kept) + SECOND), make(timedelta(days=kept) - SECOND)
    purge()
    assert list(type(old)._default_manager.all()) == [young]


@every_kind
def test_what_is_kept_longer_stays_longer(
    settings: Settings, make: Callable[[timedelta], Model], kept: int, setting: str | None
) -> None:
    row = make(timedelta(days=kept + 7))
    if setting:
        setattr(settings, setting, getattr(settings, setting) + 8)
    purge()
    assert type(row)._default_manager.exists() == bool(setting)


def test_people_stay() -> None:
    sign_in(timedelta(days=1000))
    purge()
    assert User.objects.count() == 1


def test_a_dry_run_counts_and_deletes_nothing() -> None:
    for make in (code, tally, ended_sign_in, event, session):
        make(timedelta(days=400))
    code(timedelta(days=1))
    assert purge(dry_run=True) == [f"{name}: 1 would go" for name in NAMES]
    assert ConfirmationCode.objects.count() == 2
    assert purge() == [line for name in NAMES for line in (f"{name}: 1 of 1", f"{name}: 1 deleted")]


def test_it_goes_in_batches_and_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(5):
        event(timedelta(days=400))
    assert purge() == [
        "confirmation codes: 0 deleted",
        "tallies: 0 deleted",
        "sign-ins: 0 deleted",
        "audit trail: 2 of 5",
        "audit trail: 4 of 5",
        "audit trail: 5 of 5",
        "audit trail: 5 deleted",
        "sessions: 0 deleted",
    ]
    assert not AuditEvent.objects.exists()


def test_a_second_run_finds_nothing() -> None:
    code(timedelta(days=40))
    purge()
    assert purge() == [f"{name}: 0 deleted" for name in NAMES]


def test_beat_purges_once_a_day(settings: Settings) -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["purge"]
    assert entry["task"] == retention.purge_all.name
    assert entry["schedule"].remaining_estimate(timezone.now()) <= timedelta(days=1)


def test_the_task_purges_everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for make in (code, tally, ended_sign_in, event, session):
        make(timedelta(days=400))
    retention.purge_all()
    assert purge(dry_run=True) == [f"{name}: 0 would go" for name in NAMES]
    assert "Purged 1 rows of users.ConfirmationCode" in caplog.text


def test_a_second_purge_does_nothing(caplog: pytest.LogCaptureFixture) -> None:
    old = code(timedelta(days=400))
    cache.add("purge", True)
    retention.purge_all()
    assert list(ConfirmationCode.objects.all()) == [old]
    assert "Another purge is at work" in caplog.text
    cache.delete("purge")
    retention.purge_all()
    assert not ConfirmationCode.objects.exists()


def test_a_purge_that_breaks_keeps_the_next_away_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(retention, "outdated", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            retention.purge_all()
    code(timedelta(days=400))
    retention.purge_all()
    assert not ConfirmationCode.objects.exists()
