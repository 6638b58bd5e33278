"""Ranges that an ordinary index serves: a page of a long list, and texts by their first digits.

A list is ordered by a moment and then by id, newest first or the other way. A page is
found by the row that it follows, so each costs the same, however deep.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q


class Position(NamedTuple):
    """The row that a page follows."""

    moment: datetime
    pk: int


def beyond(field: str, back: bool, moment: Any, pk: Any) -> Q:
    """The rows older than a position, or those newer; ids decide where moments are the same."""
    way = "gt" if back else "lt"
    further = Q(**{f"{field}__{way}": moment})
    level = Q(**{field: moment, f"id__{way}": pk})
    return Q(further | level, **{f"{field}__{way}e": moment})  # the last for the sake of the index


def nearest_first(field: str, back: bool = False) -> tuple[str, str]:
    """How such rows are ordered."""
    return (field, "id") if back else (f"-{field}", "-id")


def starting_with(field: str, digits: str) -> Q:
    """The rows whose text starts with these digits, a plus sign before them or not.

    +765 is found as +765 ≤ text < +766: LIKE would need an index of another kind.
    """
    number = digits.lstrip("+")
    end = str(int(number) + 1).zfill(len(number))
    started = Q(**{f"{field}__gte": digits})
    if len(end) > len(number):  # nothing but nines: no text comes after
        return started
    return started & Q(**{f"{field}__lt": digits.replace(number, end)})
