"""The list of a user's invitees as the API returns it, in pages of any size."""

from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from lib.db import keyset, prepared
from lib.db.keyset import Position
from referrals.models import Activation, invitee_name
from referrals.person import Person

Rows = QuerySet[Activation, Any]


def page(inviter: Person, limit: int, back: bool, position: Position | None) -> list[Any]:
    """The newest as `id, activated_at, phone_number`, or those before or after a position.

    The nearest come first. The phone number of a closed account is null.
    """
    if position is None:
        return _newest.at_most(limit, inviter.pk)
    beyond = _newer if back else _older
    return beyond.at_most(limit, inviter.pk, *position)


@prepared.rows
def _newest(inviter: int) -> Rows:
    return _of(inviter).order_by(*keyset.nearest_first("activated_at"))


@prepared.rows
def _older(inviter: int, moment: datetime, pk: int) -> Rows:
    return _beyond(inviter, False, moment, pk)


@prepared.rows
def _newer(inviter: int, moment: datetime, pk: int) -> Rows:
    return _beyond(inviter, True, moment, pk)


def _beyond(inviter: int, back: bool, moment: datetime, pk: int) -> Rows:
    beyond = _of(inviter).filter(keyset.beyond("activated_at", back, moment, pk))
    return beyond.order_by(*keyset.nearest_first("activated_at", back))


def _of(inviter: int) -> Rows:
    came = Activation.objects.filter(inviter=inviter)
    named = came.annotate(phone_number=F(invitee_name()))
    return named.values_list("id", "activated_at", "phone_number", named=True)
