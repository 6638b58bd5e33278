"""Tables as CSV: whole, in pieces, and never a formula."""

import csv
import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

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
        ("Alice;=1+1", "Alice;'=1+1"),
        ("Alice,=1+1", "Alice,=1+1"),  # quoted, and no semicolon ends a cell there
        ("Alice;;+1", "Alice;;'+1"),
        ("Alice; =1+1", "Alice; '=1+1"),
        (' "=1+1', " \"'=1+1"),
        ('Alice";"=1+1', 'Alice";"\'=1+1'),
        ("Alice\t@x", "Alice\t'@x"),
        ("Alice\n=1+1\n-1", "Alice\n'=1+1\n'-1"),
        ("Alice\r\n=1+1", "Alice\r\n'=1+1"),
        ("Mozilla/5.0 (X11; Linux; rv:1.0)", "Mozilla/5.0 (X11; Linux; rv:1.0)"),
        ("image/webp;q=0.8", "image/webp;q=0.8"),
        (datetime(2026, 11, 21, 9, 30, 5, 7, UTC), "2026-11-21T09:30:05+00:00"),
    ],
)
def test_a_cell_is_text(value: object, text: str) -> None:
    assert spreadsheets.cell(value) == text


awkward = st.text("=+-@＝＋－＠;,\t\r\n\x0b\x0c\x85\u2028 \"'aЯ1")


@given(awkward, awkward)
@example("Alice;=1+1", "=1")
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_is_a_formula_whatever_separates_cells(
    separator: str, name: str, user_agent: str
) -> None:
    """Opened as Excel opens it in Russia, with `;`, or as text with tabs."""
    content = "".join(spreadsheets.stream(["name", "agent"], [[name, user_agent]]))
    lines = content.removeprefix("\ufeff").splitlines()
    read = csv.reader(lines, delimiter=separator)
    # And as a reader that knows no quotes splits them.
    bare = [] if separator == "," else [line.split(separator) for line in lines]
    for row in [*read, *bare]:
        for cell in row:
            assert not re.match('["\\s]*[=+@＝＋－＠-]', cell), row


@pytest.mark.parametrize("length", [0, 1, 499, 500, 501, 1000])
def test_a_table_comes_whole_and_in_pieces(length: int) -> None:
    pieces = list(spreadsheets.stream(["№", "name"], ([n, 'a "b", c'] for n in range(length))))
    assert len(pieces) == length // spreadsheets.AT_ONCE + 1
    header, *rows = csv.reader("".join(pieces).removeprefix("\ufeff").splitlines())
    assert header == ["№", "name"]
    assert rows == [[str(n), 'a "b", c'] for n in range(length)]
