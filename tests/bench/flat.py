"""`python -m tests.bench.flat SMALL LARGE`: is a request as quick among millions as among few?

Two loaded databases of one PostgreSQL, a web server on each; they take turns, so that
what else the machine does hits both. Prints the p50 in both, and how many times as long
the large one takes.
"""

import argparse
import statistics
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from multiprocessing import get_context
from typing import Any

import django
from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.bench.load import run
from tests.bench.server import SETTINGS, Server

FLAT = 1.3  # times the p50 of the small one, at most
SPAWN = get_context("spawn")  # settings are a process's own, and name one database


class Side:
    """A process with a server on one database."""

    def __init__(self, url: str) -> None:
        self.pipe, inside = SPAWN.Pipe()
        self.process = SPAWN.Process(target=serve, args=(url, inside))
        self.process.start()
        inside.close()  # or nobody would notice that the process has ended
        self.names: list[str] = self._hear()

    def p50(self, name: str, seconds: int) -> float:
        self.pipe.send((name, seconds))
        return float(self._hear())

    def _hear(self) -> Any:
        try:
            return self.pipe.recv()
        except EOFError:
            raise SystemExit("A server has ended. What it said last stands above.") from None

    def __enter__(self) -> "Side":
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(BrokenPipeError):  # it has ended by itself
            self.pipe.send(None)
        self.process.join()


def serve(url: str, pipe: Any) -> None:
    """Says which scenarios there are, then measures each that is asked for, until none is."""
    with Server(url, None, **SETTINGS) as server:
        server.adopt()
        django.setup()
        from tests.bench.measurement import FASTEST
        from tests.bench.people import People
        from tests.bench.scenarios import SCENARIOS

        known, people = {scenario.name: scenario for scenario in SCENARIOS}, People()
        pipe.send(list(known))
        while asked := pipe.recv():
            name, seconds = asked
            requests = known[name].requests(people, seconds * FASTEST)
            prefix = known[name].prefixes["ours"]
            pipe.send(run(server, prefix, requests, seconds, known[name].is_once).p50)


def measure(small: Side, large: Side, only: str, rounds: int, seconds: int) -> Table:
    table = Table("p50, ms", "small", "large", "large ÷ small")
    for name in track([name for name in small.names if only in name]):
        took: dict[Side, list[float]] = {small: [], large: []}
        for number in range(rounds):
            for side in (large, small) if number % 2 else (small, large):
                took[side].append(side.p50(name, seconds))
        table.add_row(name, *_compared(took[small], took[large]))
    return table


def _compared(small: Sequence[float], large: Sequence[float]) -> list[str]:
    times = statistics.median(b / a for a, b in zip(small, large, strict=True))
    middles = [f"{statistics.median(side):.1f}" for side in (small, large)]
    return [*middles, f"{times:.2f} {'flat' if times <= FLAT else 'missed'}"]


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m tests.bench.flat", description=__doc__)
    arguments.add_argument("small", help="The address of a database with a few thousand people.")
    arguments.add_argument("large", help="The address of one with millions.")
    arguments.add_argument("--only", default="", help="Rows whose name holds this text.")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=int, default=2, help="Of a round.")
    asked = arguments.parse_args()
    with ExitStack() as stack:
        small, large = (stack.enter_context(Side(url)) for url in (asked.small, asked.large))
        table = measure(small, large, asked.only, asked.rounds, asked.seconds)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
