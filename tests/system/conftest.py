"""The running system, and a client that uses it from outside."""

import os
import signal
from collections.abc import Iterator

import httpx
import pytest

from tests.stack import Cluster, Stack, eventually, new_database
from tests.system.journal import HEADING

TABLE: dict[int, str] = {}  # what each fault has cost; printed at the end

# So that ending the tests ends the system too: fixtures are torn down.
signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated", 143))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in [HEADING, *(TABLE[n] for n in sorted(TABLE))] if TABLE else []:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """What production has, nginx in front."""
    with Cluster(SMS_DELAY="0.2-1") as running:
        yield running


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with new_database(os.environ["DATABASE_URL"]) as url, Stack(url) as running:
        eventually(lambda: "ready" in running.log("worker"))
        yield running


def ask(stack: Stack, phone_number: str) -> httpx.Response:
    body = {"phone_number": phone_number}
    return httpx.post(f"{stack.url}/api/v1/auth/code/", json=body, timeout=30)


def messages(stack: Stack, phone_number: str) -> list[dict[str, str]]:
    """What the phone has received."""
    response = httpx.get(
        f"{stack.url}/dev/sms/",
        params={"phone_number": phone_number},
        headers={"Accept": "application/json"},
    )
    return list(response.json()["messages"])


def received(stack: Stack, phone_number: str) -> str:
    """Waits for the SMS and returns its code."""
    [message] = eventually(lambda: messages(stack, phone_number))
    return str(message["confirmation_code"])


def sign_in(stack: Stack, phone_number: str) -> dict[str, str]:
    ask(stack, phone_number)
    body = {"phone_number": phone_number, "confirmation_code": received(stack, phone_number)}
    return dict(httpx.post(f"{stack.url}/api/v1/auth/token/", json=body).json())
