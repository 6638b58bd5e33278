"""The JSON of an answer."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.renderers import JSONRenderer as DRFs

from lib.api.rendering import JSONRenderer


@pytest.mark.parametrize(
    "data",
    [
        {"name": "Борис", "none": None, "list": [1, 2.5, True]},
        {"at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"at": datetime(2026, 1, 1, 9, 30, 0, 120, tzinfo=UTC), 1: "a number for a key"},
        {"huge": 10**400},
        {"decimal": Decimal("1.5"), "while": timedelta(seconds=3)},
        "text",
        None,
    ],
)
def test_it_says_what_drf_would_say(data: Any) -> None:
    theirs = DRFs().render(data, "application/json", {})
    assert JSONRenderer().render(data, "application/json", {}) == theirs
