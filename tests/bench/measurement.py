"""The rounds: ours and the yardstick take turns, and the middle of the rounds counts."""

import statistics
import sys
from argparse import Namespace
from typing import NamedTuple

from rich.console import Console
from rich.progress import Progress, TimeElapsedColumn

from referrals.models import Activation
from tests.bench import crowd, memory, report
from tests.bench.load import PREFIXES, Round, middle, queries, run
from tests.bench.people import People
from tests.bench.scenarios import SCENARIOS, Scenario
from tests.bench.server import Server
from users.models import User

FASTEST = 1_500  # requests a second that are prepared for, where each is sent once


class Pace(NamedTuple):
    rounds: int
    seconds: int

    @property
    def prepared(self) -> int:
        return self.seconds * FASTEST


FULL, QUICK = Pace(rounds=11, seconds=1), Pace(rounds=3, seconds=1)


class Result(NamedTuple):
    name: str
    target: float | None
    ours: Round
    yardstick: Round
    queries: dict[str, int]
    ratio: float  # of the throughputs, round by round


def measure(server: Server, asked: Namespace) -> None:
    people, results, quick = People(), list[Result](), asked.quick
    watched = [scenario for scenario in SCENARIOS if scenario.target or not quick]
    chosen = [scenario for scenario in watched if asked.only in scenario.name]
    pace = QUICK if quick else FULL
    with Progress(*Progress.get_default_columns(), TimeElapsedColumn()) as progress:
        for scenario in progress.track(chosen, description="rounds"):
            results.append(_measured(server, people, scenario, pace))
            progress.console.print(report.line(results[-1]))
    console = Console(width=None if sys.stdout.isatty() else 132)
    extras: list[tuple[str, str]] = []
    if not asked.only:
        console.print("Memory, and a crowd that asks for codes …")
        extras = [*memory.measured(server, people, 500 if quick else asked.requests)]
        extras += [] if quick else crowd.measured(server, people)
    report.show(console, results, extras, User.objects.count(), asked.markdown)


def _measured(server: Server, people: People, scenario: Scenario, pace: Pace) -> Result:
    rounds: dict[str, list[Round]] = {side: [] for side in PREFIXES}
    prefixes = scenario.prefixes
    counted = _count_queries(server, people, scenario)
    for number in range(pace.rounds):
        for side in sorted(prefixes, reverse=number % 2 == 1):
            requests = scenario.requests(people, pace.prepared)
            done = run(server, prefixes[side], requests, pace.seconds, scenario.is_once)
            rounds[side].append(done)
    pairs = zip(rounds["ours"], rounds["yardstick"], strict=True)
    ratio = statistics.median(ours.rate / yardstick.rate for ours, yardstick in pairs)
    ours, yardstick = middle(rounds["ours"]), middle(rounds["yardstick"])
    return Result(_named(scenario.name), scenario.target, ours, yardstick, counted, ratio)


def _count_queries(server: Server, people: People, scenario: Scenario) -> dict[str, int]:
    """The fewest of several: the first request of a worker also connects."""
    counted = {}
    for side, prefix in scenario.prefixes.items():
        requests = scenario.requests(people, 8)
        several = requests[:8] if scenario.is_once else requests[:1] * 8
        counted[side] = min(queries(server, prefix, request) for request in several)
    return counted


def _named(name: str) -> str:
    most = Activation.objects.filter(inviter=1).count() if "{" in name else 0
    return name.format(most=f"{most:,}", depth=f"{most * 9 // 10:,}")
