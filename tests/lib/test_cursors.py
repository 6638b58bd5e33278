"""A cursor is read as it was written, and only for its own list."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import signing

from lib import cursors
from lib.api.exceptions import InvalidCursor
from lib.db.keyset import Position

LISTED = "a list"
ROW = Position(datetime(2026, 11, 21, 9, 30, 0, 120, UTC), 7)
MOMENT = ROW.moment.isoformat()


@pytest.mark.parametrize("back", [True, False])
@pytest.mark.parametrize("row", [ROW, Position(ROW.moment.replace(microsecond=0), 2**40)])
def test_a_cursor_is_read_as_it_was_written(back: bool, row: Position) -> None:
    assert cursors.read(cursors.write(back, row, LISTED), LISTED) == (back, row)


def test_a_cursor_of_another_list_is_invalid() -> None:
    with pytest.raises(InvalidCursor):
        cursors.read(cursors.write(False, ROW, "another list"), LISTED)


@pytest.mark.parametrize(
    "payload",
    [
        [MOMENT, 7],  # as the pages wrote it in 1.0.0
        [False, None],
        [False, [MOMENT]],
        [False, [MOMENT, None]],
        [False, ["yesterday", 7]],
        [False, [7, MOMENT]],
        {"back": False},
        None,
        7,
    ],
)
def test_a_cursor_of_another_form_is_invalid(payload: Any) -> None:
    with pytest.raises(InvalidCursor):
        cursors.read(signing.dumps(payload, salt=LISTED), LISTED)


def test_an_api_cursor_of_version_1_0_0_still_works() -> None:
    cursor = signing.dumps([True, [MOMENT, 7]], salt=LISTED)
    assert cursors.read(cursor, LISTED) == (True, ROW)
