"""Does a slow gateway slow everybody else down?

200 people ask for a code at once, the gateway takes 1–2 s for each, and somebody else
goes on reading their profile.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

import httpx

from tests.bench.people import People
from tests.bench.server import Server
from users.models import ConfirmationCode, Delivery

PEOPLE = 200
IDLE_READS = 300


def measured(server: Server, people: People) -> Sequence[tuple[str, str]]:
    server.stop("worker")
    server.environment["SMS_DELAY"] = "1-2"
    server.start_worker()
    headers = {"Authorization": f"Bearer {people.access(people.new(1))[0]}"}
    with httpx.Client(base_url=server.url, headers=headers, timeout=60) as client:
        idle(client)  # warm
        before = statistics.median(idle(client))
        numbers = people.numbers(PEOPLE)
        during = statistics.median(under_the_crowd(server, client, numbers))
    text = f"{during:.1f} ms, {before:.1f} ms before: × {during / before:.2f}"
    return [(f"users/me/ while {PEOPLE} ask and the gateway takes 1–2 s", text)]


def read_while(client: httpx.Client, going_on: Callable[[], bool]) -> list[float]:
    """Reads the profile again and again; returns how long each took, in milliseconds."""
    took = []
    while going_on():
        began = time.perf_counter()
        client.get("/api/v1/users/me/").raise_for_status()
        took.append((time.perf_counter() - began) * 1000)
    return took


def idle(client: httpx.Client) -> list[float]:
    left = iter(range(IDLE_READS))
    return read_while(client, lambda: next(left, None) is not None)


def under_the_crowd(server: Server, client: httpx.Client, numbers: list[str]) -> list[float]:
    """From the first request for a code until the last SMS has arrived.

    The crowd is a process of its own, so that its work does not blur the reader's clock.
    """
    crowd = subprocess.Popen([sys.executable, "-m", "tests.bench.asking", server.url, *numbers])
    sent = ConfirmationCode.objects.filter(phone_number__in=numbers, delivery=Delivery.SENT)
    reads = read_while(client, lambda: crowd.poll() is None or sent.count() < PEOPLE)
    if crowd.wait():
        raise RuntimeError("not everybody in the crowd got a code")
    return reads
