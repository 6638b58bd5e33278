"""Rows as CSV that a spreadsheet opens as text: no cell is ever a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

# OWASP, "CSV Injection": what a spreadsheet may take for a formula, full-width forms included,
# at the beginning of a cell and after what may end one: Excel in Russia separates with `;`.
END = r";\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029"
FORMULA = re.compile(rf'(?:^|[{END}])(?:"|[^\S{END}])*(?=[=+\-@＝＋－＠])')
BLANK = re.compile(r"[\t\r\n]")  # the same at the very beginning
BYTE_ORDER_MARK = "\ufeff"  # or Excel reads UTF-8 as something else
AT_ONCE = 500  # rows


def stream(header: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yields a table in pieces, however long it is."""
    buffer = io.StringIO(BYTE_ORDER_MARK)
    buffer.seek(0, io.SEEK_END)
    writer = csv.writer(buffer)
    writer.writerow(map(cell, header))
    for number, row in enumerate(rows, start=1):
        writer.writerow(map(cell, row))
        if number % AT_ONCE == 0:
            yield _taken_from(buffer)
    yield _taken_from(buffer)


def cell(value: object) -> str:
    """The text of a cell; what would be a formula has an apostrophe before it.

    A phone number begins with a plus, so it is written that way too.
    """
    if value is None:
        return ""
    text = value.isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)
    text = FORMULA.sub(r"\g<0>'", text)
    return f"'{text}" if BLANK.match(text) else text


def _taken_from(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
