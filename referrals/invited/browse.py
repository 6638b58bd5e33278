"""The list of invitees as the site shows it: page by page, with a search by last digits."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import F, QuerySet
from django.db.models.functions import Reverse

from lib import cursors
from lib.api.exceptions import InvalidCursor
from lib.db import keyset
from lib.db.keyset import Position
from lib.masks import mask
from referrals.models import Activation, invitee_name
from referrals.person import Person

SIZE = 20  # invitees on a page
LARGEST = 500
LISTED = "referrals.invited.browse"  # the list that the cursors belong to


class Invitee(NamedTuple):
    id: int  # of the activation, not of the user
    name: str | None  # None after the account is closed
    activated_at: datetime

    @property
    def masked(self) -> str:
        return mask(self.name)

    @property
    def last_digits(self) -> str:
        return (self.name or "")[-4:]


class Page(NamedTuple):
    people: list[Invitee]
    next: str | None  # the cursor of the next page


def page(inviter: Person, digits: str = "", cursor: str = "", size: int = SIZE) -> Page:
    """The newest invitees whose number ends in these digits, or those after a cursor.

    A cursor says where a page starts, not whose list it is; an invalid cursor gives the
    first page. Every page costs the same, however deep it is.
    """
    rows = _after(_ending(_invited(inviter), digits), cursor)
    people = _read(rows.order_by(*keyset.nearest_first("activated_at"))[: size + 1])
    return Page(people[:size], _cursor(people[size - 1]) if len(people) > size else None)


def one(inviter: Person, activation: int) -> Page:
    """A page with one invitee; an empty page if another user invited them."""
    return Page(_read(_invited(inviter).filter(pk=activation)), None)


def _invited(inviter: Person) -> QuerySet[Activation]:
    return Activation.objects.filter(inviter=inviter.pk)


def _read(rows: QuerySet[Activation]) -> list[Invitee]:
    named = rows.values("id", "activated_at", name=F(invitee_name()))
    return [Invitee(**row) for row in named]


def _ending(rows: QuerySet[Activation], digits: str) -> QuerySet[Activation]:
    """Searches the reversed numbers, so that last digits become a range of an index."""
    if not digits:
        return rows
    rows = rows.alias(backwards=Reverse(invitee_name()))
    return rows.filter(keyset.starting_with("backwards", digits[::-1]))


def _after(rows: QuerySet[Activation], cursor: str) -> QuerySet[Activation]:
    try:
        _back, position = cursors.read(cursor, LISTED)
    except InvalidCursor:
        return rows
    return rows.filter(keyset.beyond("activated_at", False, *position))


def _cursor(last: Invitee) -> str:
    return cursors.write(False, Position(last.activated_at, last.id), LISTED)
