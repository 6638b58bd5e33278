"""The delivery states of a code; each step is one conditional update."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, F, Min, Q, Value, When
from django.utils import timezone

from users.confirmation import tallies
from users.models import ConfirmationCode, ConfirmationCodeQuerySet, Delivery

LOST_AFTER = timedelta(seconds=11)  # no worker took it in 10 s (a new row is due 1 s early)
STUCK_AFTER = timedelta(seconds=60)  # sending: longer than any gateway takes
UNDER_WAY = (Delivery.QUEUED, Delivery.SENDING)
AT_ONCE = 1_000  # rows that a sweep publishes again, or closes


def claim(pk: int) -> ConfirmationCode | None:
    """Moves a row from queued to sending; of parallel calls, one gets the row."""
    now = timezone.now()
    mine = ConfirmationCode.objects.filter(
        pk=pk,
        delivery=Delivery.QUEUED,
        live=True,
        due_at__lte=now,
        expires_at__gt=now,
    ).update(delivery=Delivery.SENDING, due_at=now, tries=F("tries") + 1)
    return ConfirmationCode.objects.get(pk=pk) if mine else None


def sent(code: ConfirmationCode, gateway: str) -> None:
    _row(code).update(delivery=Delivery.SENT, gateway=gateway, delivery_error="")


def unknown(code: ConfirmationCode, error: str) -> None:
    """The SMS may have been sent: the code stays valid and is never sent again."""
    _row(code).update(delivery=Delivery.UNKNOWN, delivery_error=error[:100])


def withheld(code: ConfirmationCode, error: str) -> None:
    """Nothing was sent, on purpose; the number pays for it as if it had been."""
    _fail(code, error)


def failed(code: ConfirmationCode, error: str, is_charged: bool, has_sms: bool = True) -> bool:
    """Nothing was sent: the code dies, its pause with it, and its SMS is given back.

    Returns False and changes nothing if another process has moved the row since it was read.
    """
    # Each code has its own guesses: one that was guessed at counts, or they would have no end.
    charged = Case(When(attempts__gt=0, then=Value(True)), default=Value(is_charged))
    return _fail(code, error, has_sms, live=False, charged=charged)


def _fail(code: ConfirmationCode, error: str, has_sms: bool = True, **changes: Any) -> bool:
    """The one call that moves the row gives the SMS back."""
    unmoved = _row(code).filter(delivery=code.delivery)
    with transaction.atomic():
        is_moved = unmoved.update(delivery=Delivery.FAILED, delivery_error=error[:100], **changes)
        if is_moved and has_sms:
            tallies.give_back_sms(code.phone_number, code.created_at)
    return bool(is_moved)


def put_back(code: ConfirmationCode, due_at: datetime, error: str) -> None:
    _row(code).update(delivery=Delivery.QUEUED, due_at=due_at, delivery_error=error[:100])


def lost() -> ConfirmationCodeQuerySet:
    """Codes that are queued for so long that their message must be lost."""
    now = timezone.now()
    due = ConfirmationCode.objects.filter(delivery=Delivery.QUEUED, live=True, expires_at__gt=now)
    return due.filter(due_at__lte=now - LOST_AFTER).order_by("due_at")[:AT_ONCE]


def close_stuck() -> None:
    """Closes codes whose worker died, which are never sent again, and codes that no worker took.

    Those were surely not sent, so their numbers do not pay for them.
    """
    now = timezone.now()
    ConfirmationCode.objects.filter(
        delivery=Delivery.SENDING, due_at__lte=now - STUCK_AFTER
    ).update(delivery=Delivery.UNKNOWN, delivery_error="the worker died")
    queued = ConfirmationCode.objects.filter(delivery=Delivery.QUEUED).order_by("due_at")
    for code in queued.filter(Q(expires_at__lte=now) | Q(live=False))[:AT_ONCE]:
        failed(code, "no worker came in time", is_charged=False)


def under_way() -> tuple[dict[str, int], float]:
    """How many codes are queued and being sent, and by how many seconds the oldest is late."""
    rows = ConfirmationCode.objects.filter(delivery__in=UNDER_WAY)
    found = list(rows.values("delivery").annotate(number=Count("pk"), due=Min("due_at")))
    earliest = min((row["due"] for row in found), default=timezone.now())
    late = (timezone.now() - earliest).total_seconds()
    numbers = {row["delivery"]: row["number"] for row in found}
    return {str(state): numbers.get(state, 0) for state in UNDER_WAY}, max(0.0, late)


def _row(code: ConfirmationCode) -> ConfirmationCodeQuerySet:
    return ConfirmationCode.objects.filter(pk=code.pk)
