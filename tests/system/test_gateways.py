"""The SMS Aero gateway and a worker, against a stand-in that refuses or has no money."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from tests.smsaero_server import CREDENTIALS, NO_CREDITS, REFUSED, SUCCESS, SmsAeroServer
from tests.stack import Stack, eventually, new_database
from tests.system.conftest import ask


@pytest.fixture
def smsaero(tmp_path: Path) -> Iterator[SmsAeroServer]:
    with SmsAeroServer(tmp_path).running() as server:
        yield server


@contextmanager
def served_by(smsaero: SmsAeroServer, **environment: str) -> Iterator[Stack]:
    trust = {"REQUESTS_CA_BUNDLE": str(smsaero.ca_bundle), "SMSAERO_GATE": smsaero.gate}
    served = {"PHONE_REGIONS": "RU", **CREDENTIALS, **trust, **environment}
    with (
        new_database(os.environ["DATABASE_URL"]) as url,
        Stack(url, None, **served) as running,
    ):
        eventually(lambda: "ready" in running.log("worker"))
        yield running


def row(stack: Stack) -> tuple[Any, ...]:
    """Delivery status, gateway, tries and liveness of the only code."""
    columns = "delivery, gateway, tries, live"
    with closing(psycopg2.connect(stack.environment["DATABASE_URL"])) as db, db.cursor() as sql:
        sql.execute(f"SELECT {columns} FROM users_confirmationcode")
        [found] = sql.fetchall()
        return tuple(found)


def test_the_second_gateway_delivers_what_the_first_refuses(smsaero: SmsAeroServer) -> None:
    smsaero.will_answer(REFUSED)
    failover = {"SMS_GATEWAY": "failover", "SMS_FAILOVER": "smsaero,simulated"}
    with served_by(smsaero, **failover) as stack:
        assert ask(stack, "+79990000301").status_code == 202
        eventually(lambda: row(stack) == ("sent", "simulated", 1, True))
        assert [received.body["number"] for received in smsaero.received] == [79990000301]
        text = " ".join(smsaero.received[0].body["text"].split())
        assert stack.log("worker").count(f"SMS to +79990000301: {text}\n") == 1


def test_without_money_the_code_waits_and_is_sent_once(smsaero: SmsAeroServer) -> None:
    smsaero.will_answer(NO_CREDITS, NO_CREDITS, SUCCESS)
    with served_by(smsaero, SMS_GATEWAY="smsaero") as stack:
        assert ask(stack, "+79990000302").status_code == 202
        eventually(lambda: row(stack) == ("sent", "smsaero", 3, True))
        assert len(smsaero.received) == smsaero.connections == 3
        assert len({received.body["text"] for received in smsaero.received}) == 1
        log = stack.log("worker") + stack.log("web")
    secrets = [CREDENTIALS["SMSAERO_API_KEY"], "9990000302", smsaero.received[0].body["text"][:9]]
    assert [secret for secret in secrets if secret in log] == []
