"""A chart has a bar for every day, as high as its number."""

from datetime import date, timedelta

import pytest

from lib import charts

FIRST = date(2026, 11, 1)


def days(*numbers: int) -> list[tuple[date, int]]:
    return [(FIRST + timedelta(days=place), number) for place, number in enumerate(numbers)]


def test_a_bar_is_as_high_as_its_number() -> None:
    chart = charts.draw(days(0, 1, 50, 100), bar=8, gap=2, height=100, lowest=5, empty=1)
    assert [bar.height for bar in chart.bars] == [1, 5, 50, 100]
    assert [bar.is_empty for bar in chart.bars] == [True, False, False, False]
    assert {bar.y + bar.height for bar in chart.bars} == {100}


def test_bars_stand_side_by_side_and_fill_the_chart() -> None:
    chart = charts.draw(days(1, 2, 3), bar=8, gap=2)
    assert [(bar.x, bar.width) for bar in chart.bars] == [(0, 8), (10, 8), (20, 8)]
    assert chart.width == 28


def test_the_busiest_day_is_the_first_of_the_highest() -> None:
    chart = charts.draw(days(1, 7, 7, 0))
    assert (chart.busiest.day, chart.busiest.number) == (date(2026, 11, 2), 7)
    assert chart.total == 15


@pytest.mark.parametrize("number", [0, 10**9])
def test_one_day_is_one_bar(number: int) -> None:
    [bar] = charts.draw(days(number)).bars
    assert bar.height == (96 if number else 2)
