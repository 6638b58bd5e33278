"""Resident memory: idle, after many mixed requests, and while a long file is written."""

import threading
import time
from collections.abc import Sequence

import httpx

from tests.bench.load import PREFIXES, Request, run
from tests.bench.people import People
from tests.bench.scenarios import SCENARIOS
from tests.bench.server import MEGABYTE, Server

WARM_UP = 2  # seconds
EXPORT = "/api/v1/referrals/invited/export/"


def measured(server: Server, people: People, requests: int) -> Sequence[tuple[str, str]]:
    mixed = _mixed(people)
    run(server, PREFIXES["ours"], mixed, WARM_UP, is_once=False)
    warm, done = server.memory(), 0
    seconds = max(1, min(10, requests // 1_000))
    while done < requests:
        done += round(run(server, PREFIXES["ours"], _mixed(people), seconds, False).rate * seconds)
    after, (above, size) = server.memory(), _export(server, people)
    return [
        ("gunicorn worker, warm", f"{warm.web:.0f} MB"),
        (f"… after {done:,} mixed requests", f"{after.web:.0f} MB"),
        ("Celery worker, warm", f"{warm.celery:.0f} MB"),
        (f"… after {done:,} mixed requests", f"{after.celery:.0f} MB"),
        (f"CSV of the longest list ({size:.0f} MB), peak above idle", f"{above:.0f} MB"),
    ]


def _mixed(people: People) -> list[Request]:
    """A few of each of what can be asked again, in turn."""
    again = [s for s in SCENARIOS if not s.is_once and s.prefixes is PREFIXES]
    rows = [scenario.requests(people, 1) for scenario in again if "{" not in scenario.name]
    return [requests[n % len(requests)] for n in range(50) for requests in rows]


def _export(server: Server, people: People) -> tuple[float, float]:
    [access] = people.access([people.most_popular()])
    idle, peak, over = server.web_memory(), [0.0], threading.Event()

    def watch() -> None:
        while not over.is_set():
            peak.append(server.web_memory() - idle)
            time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    headers, size = {"Authorization": f"Bearer {access}"}, 0
    with httpx.stream("GET", server.url + EXPORT, headers=headers, timeout=600) as answer:
        for piece in answer.iter_bytes():
            size += len(piece)
    over.set()
    watcher.join()
    return max(peak), size / MEGABYTE
