"""The list of whom somebody invited, in pages as long as asked for, however deep."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import F, QuerySet

from lib.db import keyset, prepared
from referrals.models import Activation, Person, invitee_name

Rows = QuerySet[Activation, Any]
SIZES_KEPT = 32  # as many kinds of page are compiled at a time


def page(inviter: Person, limit: int, back: bool, position: Any) -> list[dict[str, Any]]:
    """The newest `{id, phone_number, activated_at}`, or those on one side of a position.

    Nearest first. The name of somebody whose account is closed is null.
    """
    if position is None:
        return _first(limit)(inviter.pk)
    moment, pk = position
    return _beyond(limit, back)(inviter.pk, moment, pk)


@lru_cache(SIZES_KEPT)
def _first(limit: int) -> Callable[[int], list[Any]]:
    @prepared.rows
    def first(inviter: int) -> Rows:
        return _of(inviter).order_by(*keyset.nearest_first("activated_at"))[:limit]

    return first


@lru_cache(SIZES_KEPT)
def _beyond(limit: int, back: bool) -> Callable[[int, datetime, int], list[Any]]:
    @prepared.rows
    def beyond(inviter: int, moment: datetime, pk: int) -> Rows:
        rows = _of(inviter).filter(keyset.beyond("activated_at", back, moment, pk))
        return rows.order_by(*keyset.nearest_first("activated_at", back))[:limit]

    return beyond


def _of(inviter: int) -> Rows:
    came = Activation.objects.filter(inviter=inviter)
    return came.values("id", "activated_at", phone_number=F(invitee_name()))
