"""Every statement of the hot endpoints finds its rows by an index, among some thousands."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from referrals.services import live_invite_code
from tests.conftest import ask, bearer, sign_in
from tests.load_data.__main__ import TABLES, load
from tests.load_data.people import phone_number as number_of
from users.models import User
from users.sign_ins import tokens

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="It is about PostgreSQL's plans"),
]

PEOPLE = 5_000
POPULAR, ORDINARY, NEWCOMER = number_of(1), number_of(4_000), "+79990000001"
READ_WHOLE = re.compile(r"Seq Scan on (\w+)")
API = "/api/v1/"
Prepared = tuple[APIClient, str, str, Any]  # the client, the method, the path, the body


def refresh() -> Prepared:
    sent = {"refresh": tokens.pair(sign_in(ORDINARY)).refresh}
    return APIClient(), "post", f"{API}auth/token/refresh/", sent


def token() -> Prepared:
    sent = {"phone_number": ORDINARY, "confirmation_code": ask(ORDINARY)}
    return APIClient(), "post", f"{API}auth/token/", sent


def code() -> Prepared:
    return APIClient(), "post", f"{API}auth/code/", {"phone_number": ORDINARY}


def activation() -> Prepared:
    inviter = User.objects.get(phone_number=ORDINARY)
    sent = {"invite_code": live_invite_code(inviter).code}
    return bearer(sign_in(NEWCOMER)), "post", f"{API}referrals/activate/", sent


def profile() -> Prepared:
    return bearer(sign_in(POPULAR)), "get", f"{API}users/me/", None


def first_page() -> Prepared:
    return bearer(sign_in(POPULAR)), "get", f"{API}referrals/invited/", None


def next_page() -> Prepared:
    popular = bearer(sign_in(POPULAR))
    return popular, "get", popular.get(f"{API}referrals/invited/").json()["next"], None


@pytest.fixture(autouse=True)
def crowd() -> None:
    load(PEOPLE)


@pytest.mark.parametrize(
    "prepare", [code, token, refresh, profile, activation, first_page, next_page]
)
def test_no_big_table_is_read_as_a_whole(prepare: Callable[[], Prepared]) -> None:
    client, method, path, sent = prepare()
    plans: list[str] = []

    def explain(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            with connection.connection.cursor() as cursor:  # not Django's: it is not counted
                cursor.execute(f"EXPLAIN {sql}", parameters)
                plans.extend(line for (line,) in cursor.fetchall())
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(explain):
        assert getattr(client, method)(path, sent).status_code < 300
    assert any("Index" in line for line in plans)
    assert not {*READ_WHOLE.findall("\n".join(plans))} & {*TABLES}
