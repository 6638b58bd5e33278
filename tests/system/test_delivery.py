"""Codes delivered by a worker: what happens when its parts are killed, hang or forget."""

import time
from collections.abc import Callable, Iterator

import httpx
import psycopg2
import pytest

from tests.stack import Stack, eventually
from tests.system.conftest import ask, messages, received, sign_in


@pytest.fixture(autouse=True)
def whole(stack: Stack) -> Iterator[None]:
    """Repairs what a test broke, for the next one."""
    yield
    starts: dict[str, Callable[[], None]] = {
        "redis": stack.start_redis,
        "worker": stack.start_worker,
        "beat": stack.start_beat,
    }
    for name, start in starts.items():
        if name not in stack.parts:
            start()


def row(stack: Stack, phone_number: str) -> tuple[str, str, bool]:
    """Delivery status, error and liveness of the last code of a number."""
    with psycopg2.connect(stack.environment["DATABASE_URL"]) as db, db.cursor() as cursor:
        cursor.execute(
            "SELECT delivery, delivery_error, live FROM users_confirmationcode"
            " WHERE phone_number = %s ORDER BY id DESC LIMIT 1",
            [phone_number],
        )
        return cursor.fetchone()  # type: ignore[return-value]


def test_a_worker_delivers(stack: Stack) -> None:
    assert ask(stack, "+79990000101").status_code == 202
    assert len(received(stack, "+79990000101")) == 4
    assert eventually(lambda: row(stack, "+79990000101") == ("sent", "", True))


def test_a_worker_killed_before_its_claim_loses_nothing(stack: Stack) -> None:
    stack.kill("worker")
    assert ask(stack, "+79990000102").status_code == 202
    assert row(stack, "+79990000102")[0] == "queued"
    stack.start_worker()
    assert received(stack, "+79990000102")
    time.sleep(1)
    assert len(messages(stack, "+79990000102")) == 1


def test_a_broker_that_forgets_everything_loses_nothing(stack: Stack) -> None:
    stack.kill("worker")
    ask(stack, "+79990000103")
    assert stack.redis("FLUSHALL") == "OK"
    stack.start_worker()
    assert received(stack, "+79990000103")


def test_a_broker_that_is_down_is_told_at_once(stack: Stack) -> None:
    tokens = sign_in(stack, "+79990000104")
    stack.kill("redis")
    began = time.monotonic()
    response = ask(stack, "+79990000105")
    assert (response.status_code, response.json()["code"]) == (503, "delivery_unavailable")
    assert time.monotonic() - began < 2
    assert row(stack, "+79990000105") == ("failed", "the broker is out of reach", False)
    assert ask(stack, "+79990000105").status_code == 503  # and no pause was charged

    headers = {"Authorization": f"Bearer {tokens['access']}"}
    assert httpx.get(f"{stack.url}/api/v1/users/me/", headers=headers).status_code == 200
    refresh = httpx.post(
        f"{stack.url}/api/v1/auth/token/refresh/", json={"refresh": tokens["refresh"]}
    )
    assert refresh.status_code == 200
    activation = httpx.post(
        f"{stack.url}/api/v1/referrals/activate/", json={"invite_code": "A2B3C4"}, headers=headers
    )
    assert activation.status_code == 404
    assert "Internal Server Error" not in stack.log("web")

    stack.start_redis()
    assert ask(stack, "+79990000105").status_code == 202
    assert received(stack, "+79990000105")


def test_a_broker_that_hangs_is_not_waited_for(stack: Stack) -> None:
    stack.freeze("redis")
    began = time.monotonic()
    try:
        response = ask(stack, "+79990000106")
    finally:
        took = time.monotonic() - began
        stack.thaw("redis")
    assert (response.status_code, response.json()["code"]) == (503, "delivery_unavailable")
    assert took < 2
    assert ask(stack, "+79990000106").status_code == 202
    assert received(stack, "+79990000106")
