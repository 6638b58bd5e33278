"""Ranges that an ordinary index serves: a page of a long list, and texts by their first digits.

A list is ordered by a moment and then by id, newest or oldest first. A page is found by
the row that it follows, so every page costs the same, however deep it is.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q


class Position(NamedTuple):
    """The row that a page follows."""

    moment: datetime
    pk: int


def beyond(field: str, back: bool, moment: Any, pk: Any) -> Q:
    """The rows that are older or newer than a position; for equal moments the id decides."""
    way = "gt" if back else "lt"
    further = Q(**{f"{field}__{way}": moment})
    level = Q(**{field: moment, f"id__{way}": pk})
    # The last condition is implied by the others, but lets the database use the index.
    return Q(further | level, **{f"{field}__{way}e": moment})


def nearest_first(field: str, back: bool = False) -> tuple[str, str]:
    """The order of such rows."""
    return (field, "id") if back else (f"-{field}", "-id")


def starting_with(field: str, digits: str) -> Q:
    """The rows whose text starts with these digits, with or without a plus sign before them.

    +765 is found as +765 ≤ text < +766: LIKE would need another kind of index.
    """
    number = digits.lstrip("+")
    end = str(int(number) + 1).zfill(len(number))
    started = Q(**{f"{field}__gte": digits})
    if len(end) > len(number):  # only nines: no upper bound
        return started
    return started & Q(**{f"{field}__lt": digits.replace(number, end)})
