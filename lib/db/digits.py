"""Digits that a text starts with, as a range that an ordinary index serves: 765 ≤ it < 766."""


def successor(digits: str) -> str | None:
    """Where the range ends; nowhere, if all of them are nines."""
    beyond = str(int(digits) + 1).zfill(len(digits))
    return beyond if len(beyond) == len(digits) else None
