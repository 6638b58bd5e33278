"""A worker that is killed at its work, and one that has much to do."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import psycopg2
import pytest

from tests.stack import Stack, eventually, new_database
from tests.system.conftest import ask, messages, sign_in

CROWD = [f"+7999010{n:04}" for n in range(200)]
SIMULATED = "users.sms.simulated: SMS to "


def query(stack: Stack, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(psycopg2.connect(stack.environment["DATABASE_URL"])) as db, db, db.cursor() as sql:
        sql.execute(statement, values)
        return sql.fetchall() if sql.description else []


def deliveries(stack: Stack) -> Counter[tuple[str, str]]:
    rows = query(stack, "SELECT delivery, delivery_error FROM users_confirmationcode")
    return Counter((delivery, error) for delivery, error in rows)


@pytest.fixture
def slow() -> Iterator[Stack]:
    """A gateway that takes five seconds."""
    with (
        new_database(os.environ["DATABASE_URL"]) as url,
        Stack(url, SMS_DELAY="5-5") as running,
    ):
        eventually(lambda: "ready" in running.log("worker"))
        yield running


@pytest.fixture(scope="module")
def busy() -> Iterator[Stack]:
    """The gateway of a demonstration: one to two seconds."""
    with (
        new_database(os.environ["DATABASE_URL"]) as url,
        Stack(url, SMS_DELAY="1-2") as running,
    ):
        eventually(lambda: "ready" in running.log("worker"))
        yield running


def test_a_worker_killed_after_its_claim_never_sends_the_code(slow: Stack) -> None:
    number = "+79990000201"
    assert ask(slow, number).status_code == 202
    eventually(lambda: deliveries(slow) == {("sending", ""): 1})
    slow.kill("worker")
    query(slow, "UPDATE users_confirmationcode SET due_at = due_at - interval '60 seconds'")
    slow.start_worker()
    eventually(lambda: deliveries(slow) == {("unknown", "the worker died"): 1})
    assert query(slow, "SELECT live, tries FROM users_confirmationcode") == [(True, 1)]

    assert ask(slow, "+79990000202").status_code == 202  # what comes later is sent
    assert eventually(lambda: messages(slow, "+79990000202"))
    assert messages(slow, number) == []


def sent(stack: Stack) -> list[str]:
    """What the simulated gateway has written down."""
    lines = stack.log("worker").splitlines()
    return [line.partition(SIMULATED)[2] for line in lines if SIMULATED in line]


@pytest.fixture(scope="module")
def crowd(busy: Stack) -> Counter[int]:
    """Two hundred people ask at once; returns what they were answered."""
    with ThreadPoolExecutor(len(CROWD)) as people:
        answers = list(people.map(lambda number: ask(busy, number), CROWD))
    eventually(lambda: len(sent(busy)) >= len(CROWD))
    return Counter(answer.status_code for answer in answers)


def test_two_hundred_codes_at_once_are_each_delivered_once(
    busy: Stack, crowd: Counter[int]
) -> None:
    assert crowd == {202: 200}
    eventually(lambda: deliveries(busy).keys() == {("sent", "")})
    received = Counter(text.split(":")[0] for text in sent(busy))
    assert {number: received[number] for number in CROWD} == dict.fromkeys(CROWD, 1)
    assert {len(messages(busy, number)) for number in CROWD[::20]} == {1}


@pytest.mark.usefixtures("crowd")
def test_no_log_holds_a_code_a_token_or_a_whole_number(busy: Stack) -> None:
    """Except in the line of the simulated gateway, which is the delivery."""
    tokens = sign_in(busy, "+79990000203")
    lines = [
        line
        for part in ("web", "worker", "beat")
        for line in busy.log(part).splitlines()
        if SIMULATED not in line
    ]
    assert len(lines) > len(CROWD)
    log = "\n".join(lines)
    assert re.findall(r"\+?79990[0-9]{6}", log) == []
    assert "Код" not in log
    assert "Your code" not in log
    for text in sent(busy):
        number, code = text.split(":")[0], text.split("#")[1]
        assert number.removeprefix("+") not in log
        assert f"#{code}" not in log
    assert not [
        value for name, value in tokens.items() if name in ("access", "refresh") and value in log
    ]
