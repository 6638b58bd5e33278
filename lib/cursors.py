"""Cursors: where a page of a list starts, as text that only this site can have written."""

from datetime import datetime

from django.core import signing

from lib.api.exceptions import InvalidCursor
from lib.db.keyset import Position


def write(back: bool, position: Position, listed: str) -> str:
    """Names the row that the page follows, and the direction; it is read for one list only."""
    return signing.dumps([back, [position.moment.isoformat(), position.pk]], salt=listed)


def read(cursor: str, listed: str) -> tuple[bool, Position]:
    """The direction and the position; raises InvalidCursor for what `write` did not write."""
    try:
        back, (moment, pk) = signing.loads(cursor, salt=listed)
        return bool(back), Position(datetime.fromisoformat(moment), int(pk))
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise InvalidCursor from error
