"""Bar charts of days. Whole numbers only, so that no language writes them with a comma."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple


class Bar(NamedTuple):
    day: date
    number: int
    x: int
    y: int
    width: int
    height: int

    @property
    def is_empty(self) -> bool:
        return not self.number


class Chart(NamedTuple):
    bars: list[Bar]
    width: int
    height: int

    @property
    def total(self) -> int:
        return sum(bar.number for bar in self.bars)

    @property
    def busiest(self) -> Bar:
        return max(self.bars, key=lambda bar: bar.number)


def draw(
    days: Sequence[tuple[date, int]],
    *,
    bar: int = 8,
    gap: int = 4,
    height: int = 96,
    lowest: int = 6,
    empty: int = 2,
) -> Chart:
    """One bar for each day and its number, as high as the chart for the busiest.

    `lowest` is the least height of a bar, `empty` that of a day without any.
    """
    most = max(number for _day, number in days)
    bars = []
    for place, (day, number) in enumerate(days):
        tall = max(lowest, height * number // most) if number else empty
        x, y = place * (bar + gap), height - tall
        bars.append(Bar(day=day, number=number, x=x, y=y, width=bar, height=tall))
    return Chart(bars=bars, width=len(days) * (bar + gap) - gap, height=height)
