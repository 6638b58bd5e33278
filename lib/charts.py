"""Bar charts of days. All coordinates are whole numbers: some languages write 1.5 as 1,5."""

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
    """Draws a bar for each day; the highest number takes the full height of the chart.

    `lowest` is the minimum height of a bar, `empty` the height for a day with zero.
    """
    most = max(number for _day, number in days)
    bars = []
    for place, (day, number) in enumerate(days):
        tall = max(lowest, height * number // most) if number else empty
        x, y = place * (bar + gap), height - tall
        bars.append(Bar(day=day, number=number, x=x, y=y, width=bar, height=tall))
    return Chart(bars=bars, width=len(days) * (bar + gap) - gap, height=height)
