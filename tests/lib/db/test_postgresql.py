"""A connection that PostgreSQL has ended is noticed before it is used, without a query."""

import time
from typing import Any

import pytest
from django.db import connection, connections
from pytest_django import DjangoAssertNumQueries

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="It is PostgreSQL's"),
]


@pytest.fixture
def other() -> Any:
    """A second connection to the same database."""
    copy = connections["default"].copy()
    copy.connect()
    yield copy
    copy.close()


def test_an_idle_connection_is_usable(
    other: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0, connection=other):
        assert other.is_usable()


def test_a_connection_that_the_server_ended_is_not_usable(other: Any) -> None:
    pid = other.connection.info.backend_pid
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    deadline = time.monotonic() + 5
    while other.is_usable() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not other.is_usable()


def test_a_connection_that_was_closed_is_not_usable(other: Any) -> None:
    other.connection.close()
    assert not other.is_usable()
    other.connection = None
    assert not other.is_usable()


def test_the_next_request_connects_anew(other: Any) -> None:
    other.settings_dict = {**other.settings_dict, "CONN_HEALTH_CHECKS": True}
    other.health_check_enabled, other.health_check_done = True, False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [other.connection.info.backend_pid])
    time.sleep(0.2)
    with other.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
