"""Pages of a list that is ordered by a moment and then by id, newest first or the other way.

A page is found by the row that it follows, so each costs the same, however deep.
"""

from typing import Any

from django.db.models import Q


def beyond(field: str, back: bool, moment: Any, pk: Any) -> Q:
    """The rows older than a position, or those newer; ids decide where moments are the same."""
    way = "gt" if back else "lt"
    further = Q(**{f"{field}__{way}": moment})
    level = Q(**{field: moment, f"id__{way}": pk})
    return Q(further | level, **{f"{field}__{way}e": moment})  # the last for the sake of the index


def nearest_first(field: str, back: bool = False) -> tuple[str, str]:
    """How such rows are ordered."""
    return (field, "id") if back else (f"-{field}", "-id")
