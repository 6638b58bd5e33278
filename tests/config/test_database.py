"""How long a web request may keep the database busy."""

import os
from typing import Any

import psycopg2
import pytest
from django.conf import settings as project
from django.db import connection

from config import database
from tests.config.test_checks import in_production

POSTGRESQL: dict[str, Any] = {"ENGINE": database.POSTGRESQL}
LIMITS = "-c statement_timeout=100 -c lock_timeout=50"
SHOW = (
    "import config.wsgi; from django.conf import settings;"
    "print({k: settings.DATABASES['default'].get(k) for k in"
    " ('OPTIONS', 'CONN_MAX_AGE', 'CONN_HEALTH_CHECKS', 'DISABLE_SERVER_SIDE_CURSORS')})"
)
URL = "postgres://referral:of-our-own@db.example.org/referral"
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL")


def limited(**given: Any) -> dict[str, Any]:
    options = {**POSTGRESQL, **given}
    database.limit(options, statement_timeout=100, lock_timeout=50)
    return options


def test_a_web_request_has_limits() -> None:
    assert limited()["OPTIONS"] == {"options": LIMITS}


def test_options_of_the_url_stay() -> None:
    given = {"sslmode": "require", "options": "-c search_path=app"}
    assert limited(OPTIONS=given)["OPTIONS"] == {
        "sslmode": "require",
        "options": f"-c search_path=app {LIMITS}",
    }


def test_sqlite_gets_no_limits() -> None:
    assert "OPTIONS" not in limited(ENGINE="django.db.backends.sqlite3")


def test_pgbouncer_gets_no_start_up_options_and_keeps_the_connections() -> None:
    behind: dict[str, Any] = {**POSTGRESQL, "CONN_MAX_AGE": 60}
    database.behind_pgbouncer(behind)
    assert limited(**behind) == {
        **POSTGRESQL,
        "CONN_MAX_AGE": 0,
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


@on_postgresql
def test_postgresql_ends_what_takes_too_long() -> None:
    limits = project.DATABASE_LIMITS
    options: dict[str, Any] = {**POSTGRESQL}
    database.limit(options, **{**limits, "statement_timeout": 50})
    server = psycopg2.connect(os.environ["DATABASE_URL"], **options["OPTIONS"])
    with server.cursor() as cursor:
        for name, shown in (("lock_timeout", "5s"), ("statement_timeout", "50ms")):
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == (shown,)
        with pytest.raises(psycopg2.errors.QueryCanceled):
            cursor.execute("SELECT pg_sleep(1)")
    server.close()


def test_commands_have_no_limits() -> None:
    done = in_production("-c", SHOW.replace("config.wsgi", "config.celery"), DATABASE_URL=URL)
    assert "statement_timeout" not in done.stdout
    assert "'CONN_MAX_AGE': 60" in done.stdout


def test_the_environment_sets_the_limits() -> None:
    done = in_production("-c", SHOW, DATABASE_URL=URL, DATABASE_STATEMENT_TIMEOUT="9000")
    assert "-c statement_timeout=9000 -c lock_timeout=5000" in done.stdout
    assert "'CONN_MAX_AGE': 60, 'CONN_HEALTH_CHECKS': True" in done.stdout
    bounced = in_production("-c", SHOW, DATABASE_URL=URL, PGBOUNCER="true")
    assert "'CONN_MAX_AGE': 0" in bounced.stdout
    assert "'DISABLE_SERVER_SIDE_CURSORS': True" in bounced.stdout
    assert "statement_timeout" not in bounced.stdout
