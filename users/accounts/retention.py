"""How long rows are kept. Older rows are deleted in batches, so that no request waits long."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from celery import shared_task
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils import timezone

from users.models import AuditEvent, ConfirmationCode, SignIn, Tally

BATCH = 5_000  # rows
LONGEST = 6 * 3600  # seconds; after a purge that died, the next one waits no longer

logger = logging.getLogger(__name__)


def outdated() -> list[QuerySet[Any]]:
    """All rows that are too old, oldest first."""
    now = timezone.now()
    codes_kept = now - timedelta(days=settings.CODES_KEPT_DAYS)
    sign_ins_kept = now - timedelta(days=settings.SIGN_INS_KEPT_DAYS)
    over = Q(ended_at__lt=sign_ins_kept) | Q(
        created_at__lt=sign_ins_kept - settings.SIGN_IN_LIFETIME
    )
    audit_kept = now - timedelta(days=settings.AUDIT_KEPT_DAYS)
    return [
        ConfirmationCode.objects.filter(created_at__lt=codes_kept),
        Tally.objects.filter(since__lt=codes_kept),
        SignIn.objects.filter(over),
        AuditEvent.objects.filter(at__lt=audit_kept),
        Session.objects.filter(expire_date__lt=now),
    ]


def purge(rows: QuerySet[Any]) -> Iterator[int]:
    """Deletes the rows in batches; yields the size of each."""
    while batch := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        deleted, _ = rows.model._default_manager.filter(pk__in=batch).delete()
        yield deleted


@shared_task(name="users.retention.purge_all")  # type: ignore[untyped-decorator]
def purge_all() -> None:
    """Celery beat runs it once a day; a second run while the first is at work does nothing."""
    if not cache.add("purge", True, timeout=LONGEST):
        logger.warning("Another purge is at work")
        return
    try:
        for rows in outdated():
            gone = sum(purge(rows))
            logger.info("Purged %s rows of %s", gone, rows.model._meta.label)
    finally:
        cache.delete("purge")
