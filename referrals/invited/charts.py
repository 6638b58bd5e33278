"""Figures as bars. Whole numbers only, so that no language writes them with a comma."""

from typing import Any, NamedTuple

WIDTH, GAP, HEIGHT = 8, 4, 96
STUB, LOWEST = 2, 6  # the height of a day without anybody, and with fewest


class Bar(NamedTuple):
    x: int
    y: int
    height: int
    is_empty: bool


class Chart(NamedTuple):
    bars: list[Bar]
    width: int
    busiest: dict[str, Any]
    bar_width: int = WIDTH
    height: int = HEIGHT


def by_day(days: list[dict[str, Any]]) -> Chart:
    """One bar for each `{date, count}`, the highest for the busiest day."""
    busiest = max(days, key=lambda day: day["count"])
    bars = [_bar(place, day["count"], busiest["count"]) for place, day in enumerate(days)]
    return Chart(bars, len(days) * (WIDTH + GAP) - GAP, busiest)


def _bar(place: int, count: int, highest: int) -> Bar:
    height = max(LOWEST, HEIGHT * count // highest) if count else STUB
    return Bar(place * (WIDTH + GAP), HEIGHT - height, height, not count)
