"""The table, the bars, and the same as Markdown and SVG under `var/`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from tests.bench.measurement import Result

FOLDER = Path("var")
HEADINGS = "|ours/s|yardstick/s|ratio|target|p50 ms|p95 ms|p99 ms|queries|CPU ms".split("|")
WIDTH = 40  # characters of a whole bar
Extras = Sequence[tuple[str, str]]


def line(result: "Result") -> str:
    return f"{result.name:<32} {result.ours.rate:7.0f}/s   × {result.ratio:.2f} of the yardstick"


def show(
    console: Console, results: "Sequence[Result]", extras: Extras, users: int, as_markdown: bool
) -> None:
    title = f"{users:,} people, {psutil.cpu_count()} cores shared with the database and the load"
    console.print(_table(title, results))
    console.print(_bars(results))
    for name, value in extras:
        console.print(f"{name:<60} {value}")
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "bench.md").write_text(_markdown(title, results, extras))
    if as_markdown:
        print(_markdown(title, results, extras))
    (FOLDER / "bench.svg").write_text(_svg(results))
    console.print(f"Written to {FOLDER}/bench.md and {FOLDER}/bench.svg")


def _cells(result: "Result") -> list[str]:
    ours, yardstick = result.ours, result.yardstick
    return [
        result.name,
        f"{ours.rate:.0f}",
        f"{yardstick.rate:.0f}",
        f"{result.ratio:.2f}",
        _target(result),
        f"{ours.p50:.1f}",
        f"{ours.p95:.1f}",
        f"{ours.p99:.1f}",
        f"{result.queries['ours']} : {result.queries['yardstick']}",
        f"{ours.cpu:.2f} : {yardstick.cpu:.2f}",
    ]


def _target(result: "Result") -> str:
    if result.target is None:
        return ""
    return f"{result.target:.2f} {'missed' if _is_missed(result) else 'met'}"


def _is_missed(result: "Result") -> bool:
    return result.target is not None and result.ratio < result.target


def _table(title: str, results: "Sequence[Result]") -> Table:
    table = Table(title=title)
    for heading in HEADINGS:
        table.add_column(heading, justify="right" if heading else "left")
    for result in results:
        table.add_row(*_cells(result), style="yellow" if _is_missed(result) else "")
    return table


def _bars(results: "Sequence[Result]") -> Table:
    chart = Table(title="Of the yardstick's throughput", show_header=False, box=None)
    for result in results:
        colour = "yellow" if _is_missed(result) else "green"
        bar = "█" * round(min(1, result.ratio) * WIDTH)
        chart.add_row(result.name, f"[{colour}]{bar}[/]", f"{result.ratio:.2f}")
    return chart


def _markdown(title: str, results: "Sequence[Result]", extras: Extras) -> str:
    rows = [HEADINGS, ["---"] + ["--:"] * (len(HEADINGS) - 1), *map(_cells, results)]
    more = [["", ""], ["---", "--:"], *map(list, extras)]
    tables = "\n\n".join(_markdown_table(table) for table in (rows, more if extras else []))
    return f"{title}. Pairs are ours : the yardstick's.\n\n{tables}\n"


def _markdown_table(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _svg(results: "Sequence[Result]") -> str:
    """A bar a row: its length is the ratio, a mark is the target."""
    rows = "".join(_svg_row(22 * number, result) for number, result in enumerate(results))
    height = 22 * len(results) + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {height}" '
        f'font-family="sans-serif" font-size="13"><title>Of the yardstick’s throughput</title>'
        f"{rows}</svg>\n"
    )


def _svg_row(y: int, result: "Result") -> str:
    colour = "#b45309" if _is_missed(result) else "#15803d"
    at = 230 + 340 * (result.target or 0)
    target = f'<path d="M{at:.0f} {y + 3}v18" stroke="#111"/>' if result.target else ""
    return (
        f'<text x="222" y="{y + 17}" text-anchor="end">{result.name}</text>'
        f'<rect x="230" y="{y + 5}" width="{340 * min(1, result.ratio):.0f}" height="14" '
        f'fill="{colour}"/>{target}<text x="580" y="{y + 17}">{result.ratio:.2f}</text>'
    )
