"""The list of whom somebody invited, in pages as long as asked for, however deep."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import F, Q, QuerySet

from referrals import prepared
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
        return _in_order(_of(inviter), back=False)[:limit]

    return first


@lru_cache(SIZES_KEPT)
def _beyond(limit: int, back: bool) -> Callable[[int, datetime, int], list[Any]]:
    way = "gt" if back else "lt"

    @prepared.rows
    def beyond(inviter: int, moment: datetime, pk: int) -> Rows:
        further = Q(**{f"activated_at__{way}": moment})
        level = Q(activated_at=moment, **{f"id__{way}": pk})
        rows = _of(inviter).filter(further | level, **{f"activated_at__{way}e": moment})
        return _in_order(rows, back)[:limit]

    return beyond


def _of(inviter: int) -> Rows:
    came = Activation.objects.filter(inviter=inviter)
    return came.values("id", "activated_at", phone_number=F(invitee_name()))


def _in_order(rows: Rows, back: bool) -> Rows:
    return rows.order_by("activated_at", "id") if back else rows.order_by("-activated_at", "-id")
