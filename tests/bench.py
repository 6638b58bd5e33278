"""`make bench`: does a slow gateway slow everybody else down?

200 people ask for a code at once, the gateway takes 1–2 s for each, and somebody else
goes on reading their profile. Times are quoted only against the idle time of the same
run, because machines are shared and noisy.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests import environment  # starts PostgreSQL, where DATABASE_URL names none
from tests.stack import Stack, eventually, new_database
from tests.system.conftest import sign_in

PEOPLE = 200
IDLE_READS = 300

__all__ = ["environment"]


def ask_for_codes(url: str) -> None:
    """The crowd, in a process of its own, so that its work does not blur the reader's clock."""

    def ask(number: int) -> int:
        body = {"phone_number": f"+7999{number:07}"}
        return httpx.post(f"{url}/api/v1/auth/code/", json=body, timeout=60).status_code

    with ThreadPoolExecutor(PEOPLE) as crowd:
        statuses = list(crowd.map(ask, range(PEOPLE)))
    print(f"  {statuses.count(202)} of {PEOPLE} code requests were accepted")


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


def under_the_crowd(stack: Stack, client: httpx.Client) -> list[float]:
    """From the first request for a code until the last SMS has arrived."""
    crowd = subprocess.Popen([sys.executable, "-m", "tests.bench", stack.url])
    return read_while(client, lambda: crowd.poll() is None or delivered(stack) < PEOPLE)


def delivered(stack: Stack) -> int:
    return stack.log("worker").count("SMS to +7999")


def report(name: str, took: list[float]) -> float:
    median = statistics.median(took)
    p95 = statistics.quantiles(took, n=20)[-1]
    print(
        f"  users/me/ {name:<24} {len(took):>6} reads   median {median:6.1f} ms   p95 {p95:6.1f} ms"
    )
    return median


def main() -> None:
    with (
        new_database(os.environ["DATABASE_URL"]) as database_url,
        Stack(database_url, SMS_DELAY="1-2") as stack,
    ):
        eventually(lambda: "ready" in stack.log("worker"))
        tokens = sign_in(stack, "+79160000001")
        headers = {"Authorization": f"Bearer {tokens['access']}"}
        with httpx.Client(base_url=stack.url, headers=headers, timeout=60) as client:
            idle(client)  # warm
            before = report("idle", idle(client))
            during = report("while 200 ask", under_the_crowd(stack, client))
        print(f"  ratio {during / before:.2f} (below 2 is the aim)")


if __name__ == "__main__":
    ask_for_codes(sys.argv[1]) if len(sys.argv) > 1 else main()
