"""SQL in the log at LOG_LEVEL=DEBUG."""

import logging
from collections.abc import Iterator

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from config import celery, statements
from tests.conftest import ALICE
from users.models import User

LOGGER = "config.statements"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unwatched() -> Iterator[None]:
    before = connection.execute_wrappers.copy()
    connection.execute_wrappers.clear()
    yield
    connection.execute_wrappers[:] = before


def look_up() -> None:
    User.objects.filter(phone_number=ALICE).first()


def sql(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [line.getMessage() for line in caplog.records if line.name == LOGGER]


def test_at_level_info_there_is_no_middleware_and_no_wrapper(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, LOGGER), pytest.raises(MiddlewareNotUsed):
        statements.Statements(lambda request: HttpResponse())
    with caplog.at_level(logging.INFO, LOGGER):
        statements.watch()
    assert connection.execute_wrappers == []


def test_a_request_logs_each_statement_once_without_parameters(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def answer(request: object) -> HttpResponse:
        look_up()
        return HttpResponse()

    with caplog.at_level(logging.DEBUG, LOGGER):
        serve = statements.Statements(answer)
        serve(RequestFactory().get("/"))
        serve(RequestFactory().get("/"))
    assert len(sql(caplog)) == 2
    assert '"users_user"."phone_number" = %s' in sql(caplog)[0]
    assert ALICE[1:] not in caplog.text


def test_a_task_logs_them_too(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, LOGGER):
        celery.log_statements()
        look_up()
    assert len(sql(caplog)) == 1


def test_a_statement_that_fails_is_logged_and_fails(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, LOGGER):
        statements.watch()
        with pytest.raises(ZeroDivisionError), connection.execute_wrapper(_break):
            look_up()
    assert len(sql(caplog)) == 1


def _break(*_: object) -> None:
    raise ZeroDivisionError
