"""Moves the boundaries of the totals forward every ten minutes, reading only new activations.

A boundary stays ten minutes behind. An activation is dated just before it is inserted, and
within a minute its transaction is committed or ended (`DATABASE_STATEMENT_TIMEOUT` and
`DATABASE_IDLE_TIMEOUT`), so no activation older than a boundary can still appear.

New activations are found by id: there is no index by time alone, and adding one would make
every activation slower.
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
WORTHWHILE = 500  # activations; counting fewer at every read costs less than keeping a total
AT_ONCE = 1_000_000  # activations read by one query

logger = logging.getLogger(__name__)


def roll_up() -> int:
    """Counts the activations that are old enough now; returns how many totals have grown.

    Two roll-ups at once do the same work twice, but the totals stay right.
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
    """Counts every total again from the beginning; returns how many totals there are.

    For activations that were inserted, changed or deleted by hand. While it runs, a reader
    sees each total either as it was or already corrected.
    """
    boundary = timezone.now() - LAG
    for inviter in list(InvitedTotal.objects.values_list("pk", flat=True)):
        _count(inviter, boundary, from_the_beginning=True)
    RollUp.objects.update(last_id=0)
    roll_up()
    return InvitedTotal.objects.count()


@shared_task(name="referrals.rollup.roll_up_totals")  # type: ignore[untyped-decorator]
def roll_up_totals() -> None:
    """Celery beat runs it every ten minutes."""
    logger.info("%s totals of invited people have grown", roll_up())


def _last_before(boundary: datetime) -> int:
    """The id of the newest activation that is old enough; 0 if none is."""
    old = Activation.objects.filter(activated_at__lte=boundary)
    return old.order_by("-id").values_list("id", flat=True).first() or 0


def _grown(after: int, last: int, boundary: datetime) -> list[int]:
    """Inviters of activations between two ids who now have enough uncounted activations."""
    came = Activation.objects.filter(id__gt=after, id__lte=last)
    people = get_user_model()._default_manager.filter(pk__in=came.values("inviter"))
    enough = totals.uncounted().filter(activated_at__lte=boundary)[WORTHWHILE - 1 : WORTHWHILE]
    return list(people.filter(Exists(enough)).values_list("pk", flat=True))


def _count(inviter: int, boundary: datetime, from_the_beginning: bool = False) -> None:
    """Moves one total to a boundary, unless another roll-up has moved it farther.

    The count runs in a separate statement after the lock, so that it sees what the
    previous holder of the lock deleted.
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
