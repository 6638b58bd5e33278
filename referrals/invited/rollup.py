"""Moves the boundaries of the totals on: every ten minutes, at the cost of what came in them.

A boundary stays ten minutes behind. An activation is dated just before it is inserted, and
within a minute its transaction is committed or ended (`DATABASE_STATEMENT_TIMEOUT` and
`DATABASE_IDLE_TIMEOUT`), so nothing older than a boundary can still appear.

Whom to count is found by the ids of the activations that came since the last time: no
index leads from a moment to them, and one more would cost every activation.
"""

import logging
from datetime import datetime, timedelta

from celery import shared_task
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists
from django.utils import timezone

from referrals.invited import totals
from referrals.models import BEGINNING, Activation, InvitedTotal, RollUp

LAG = timedelta(minutes=10)
WORTHWHILE = 500  # activations; to count fewer at every reading costs less than to keep a total
AT_ONCE = 1_000_000  # activations looked through in one query

logger = logging.getLogger(__name__)


def roll_up() -> int:
    """Counts what has become old enough; returns how many totals have grown.

    Two of them at once do the same work twice, and no harm.
    """
    boundary = timezone.now() - LAG
    progress, _ = RollUp.objects.get_or_create(pk=1)
    grown = 0
    for after in range(progress.last_id, until := _last_before(boundary), AT_ONCE):
        last = min(after + AT_ONCE, until)
        inviters = _grown(after, last, boundary)
        for inviter in inviters:
            _count(inviter, boundary)
        RollUp.objects.filter(pk=1, last_id__lt=last).update(last_id=last)
        grown += len(inviters)
    return grown


def rebuild() -> int:
    """Counts all there is anew, whatever the totals say; returns how many there are.

    For activations that were inserted, dated or deleted by hand. While it runs, and
    whoever reads, each total is either as it was or right.
    """
    boundary = timezone.now() - LAG
    for inviter in list(InvitedTotal.objects.values_list("pk", flat=True)):
        _count(inviter, boundary, from_the_beginning=True)
    RollUp.objects.update(last_id=0)
    roll_up()
    return InvitedTotal.objects.count()


@shared_task(name="referrals.rollup.roll_up_totals")  # type: ignore[untyped-decorator]
def roll_up_totals() -> None:
    """Every ten minutes, by beat."""
    logger.info("%s totals of invited people have grown", roll_up())


def _last_before(boundary: datetime) -> int:
    """The id of the newest activation that is old enough; 0 if none is."""
    old = Activation.objects.filter(activated_at__lte=boundary)
    return old.order_by("-id").values_list("id", flat=True).first() or 0


def _grown(after: int, last: int, boundary: datetime) -> list[int]:
    """Whoever invited somebody between two ids, and now has enough to be counted."""
    came = Activation.objects.filter(id__gt=after, id__lte=last)
    people = get_user_model()._default_manager.filter(pk__in=came.values("inviter"))
    enough = totals.uncounted().filter(activated_at__lte=boundary)[WORTHWHILE - 1 : WORTHWHILE]
    return list(people.filter(Exists(enough)).values_list("pk", flat=True))


def _count(inviter: int, boundary: datetime, from_the_beginning: bool = False) -> None:
    """Moves one total on to a boundary; one that another roll-up has moved farther stays.

    The lock comes first and the count after it, in a statement of its own: it sees
    whatever was deleted by whoever held the lock before.
    """
    with transaction.atomic():
        total = totals.lock(inviter)
        if from_the_beginning:
            total.count, total.counted_to = 0, BEGINNING
        if total.counted_to < boundary:
            came = Activation.objects.filter(inviter=inviter, activated_at__lte=boundary)
            total.count += came.filter(activated_at__gt=total.counted_to).count()
            total.counted_to = boundary
            total.save()
