"""Tables as CSV: whole, in pieces, and never a formula."""

import csv
from datetime import UTC, datetime

import pytest

from lib import spreadsheets


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("", ""),
        ("Alice", "Alice"),
        (0, "0"),
        (-1, "'-1"),
        (True, "True"),
        ("+79990000001", "'+79990000001"),
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        ("＝x", "'＝x"),
        ("a=b", "a=b"),
        (datetime(2026, 11, 21, 9, 30, 5, 7, UTC), "2026-11-21T09:30:05+00:00"),
    ],
)
def test_a_cell_is_text(value: object, text: str) -> None:
    assert spreadsheets.cell(value) == text


@pytest.mark.parametrize("length", [0, 1, 499, 500, 501, 1000])
def test_a_table_comes_whole_and_in_pieces(length: int) -> None:
    pieces = list(spreadsheets.stream(["№", "name"], ([n, 'a "b", c'] for n in range(length))))
    assert len(pieces) == length // spreadsheets.AT_ONCE + 1
    header, *rows = csv.reader("".join(pieces).removeprefix("\ufeff").splitlines())
    assert header == ["№", "name"]
    assert rows == [[str(n), 'a "b", c'] for n in range(length)]
