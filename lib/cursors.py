"""Cursors: where a page of a list starts, as signed text that a client cannot forge."""

from datetime import datetime

from django.core import signing

from lib.api.exceptions import InvalidCursor
from lib.db.keyset import Position


def write(back: bool, position: Position, listed: str) -> str:
    """Returns a cursor for the row that the page follows and the direction, for one list only."""
    return signing.dumps([back, [position.moment.isoformat(), position.pk]], salt=listed)


def read(cursor: str, listed: str) -> tuple[bool, Position]:
    """Returns the direction and the position; raises InvalidCursor for a forged cursor."""
    try:
        back, (moment, pk) = signing.loads(cursor, salt=listed)
        return bool(back), Position(datetime.fromisoformat(moment), int(pk))
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise InvalidCursor from error
