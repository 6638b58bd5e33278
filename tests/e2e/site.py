"""The running site: a web server alone, on a database of its own."""

import contextlib
import itertools
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg2

from tests.stack import BIN, Stack, eventually, new_database

ADMINISTRATOR = "+79160000001"
BUDGETS = {"CODES_PER_HOUR": "50", "CODES_PER_DAY": "50"}  # one person plays in several tests
FURNISH = f"""
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("demo", people=120)
call_command("createsuperuser", interactive=False, phone_number="{ADMINISTRATOR}")
"""
AGE = """
UPDATE users_signin SET created_at = created_at - %s::interval
WHERE user_id = (SELECT id FROM users_user WHERE phone_number = %s)
"""


class Site(Stack):
    """Every SMS arrives in an inbox that nobody else reads."""

    def __init__(self, database_url: str, **environment: str) -> None:
        super().__init__(database_url, None, **{"REDIS_URL": "", **BUDGETS, **environment})
        files = {"DJANGO_SETTINGS_MODULE": "tests.e2e.settings", "E2E_FOLDER": str(self.folder)}
        self.environment |= files
        self.client = httpx.Client(base_url=self.url, timeout=30)
        self._numbers = (f"+7999{n:07}" for n in itertools.count(1_234_567))

    def begin(self) -> None:
        self.start_web()

    def end(self) -> None:
        self.client.close()
        super().end()

    def start_web(self, workers: int = 1) -> None:
        config = ["--config", "config/gunicorn.py", "--workers", str(workers)]
        self.start("web", str(BIN / "gunicorn"), *config, "tests.e2e.wsgi")
        eventually(lambda: self.client.get("/healthz/").status_code == 200)

    def new_number(self) -> str:
        return next(self._numbers)

    def messages(self, phone_number: str) -> list[dict[str, str]]:
        """What a phone has received, newest first."""
        asked = {"phone_number": phone_number}
        json = {"Accept": "application/json"}
        response = self.client.get("/dev/sms/", params=asked, headers=json)
        return list(response.json()["messages"])

    def query(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        url = self.environment["DATABASE_URL"]
        with contextlib.closing(psycopg2.connect(url)) as db, db, db.cursor() as sql:
            sql.execute(statement, values)
            return sql.fetchall() if sql.description else []

    def let_pass(self, time: str, phone_number: str) -> None:
        """So long ago has this person signed in now."""
        self.query(AGE, time, phone_number)


@contextlib.contextmanager
def furnished(**environment: str) -> Iterator[Site]:
    """The site in development, with an administrator and some people."""
    with new_database(os.environ["DATABASE_URL"]) as url:
        site = Site(url, **environment)
        site.manage("shell", "--command", FURNISH)  # one process starts faster than three
        with site:
            yield site


@contextlib.contextmanager
def broken() -> Iterator[Site]:
    """The site in production, whose database is gone."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    nowhere = urlunsplit(parts._replace(path="/nowhere"))
    with Site(nowhere, DEBUG="false") as site:
        yield site
