"""After a busy day: no code, no token and no whole phone number where none belongs."""

import logging
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from rest_framework.test import APIClient
from time_machine import Traveller

from config import logs
from tests.conftest import ALICE, BOB, CHARLIE, HERE, wrong
from users.accounts import moderation, own
from users.models import SignIn, User
from users.sms import inbox

pytestmark = pytest.mark.django_db

API = "/api/v1/"
ROOT, STRANGER, NEW = "+79990000007", "+79991234567", "+79997654321"
NUMBERS = [ALICE, BOB, CHARLIE, ROOT, STRANGER, NEW]
GATEWAY = "users.sms.simulated"
WHOLE_NUMBERS_STAND_IN = {
    ("users_user", "phone_number"),
    ("users_confirmationcode", "phone_number"),
}
CHANGELISTS = [
    reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    for model in admin.site._registry
]


class Day(NamedTuple):
    """What a day leaves: the secrets that were sent, the log, and a superuser's browser."""

    codes: set[str]
    tokens: set[str]
    logged: list[logging.LogRecord]
    as_root: Client

    def leaks(self, text: str) -> list[str]:
        """The secrets in a text: codes as words of their own, numbers in any punctuation."""
        digits = re.sub(r"(?<=[0-9])[ ()-]+(?=[0-9])", "", text)
        words = set(re.findall(r"[0-9]+", text))
        return [
            *sorted(self.codes & words),
            *(token for token in self.tokens if token in text or token.split(".")[-1] in text),
            *(number for number in NUMBERS if number[2:] in digits),
        ]


@pytest.fixture
def day(clock: Traveller, caplog: pytest.LogCaptureFixture, settings: Settings) -> Iterator[Day]:
    """People sign in, mistype, refresh, activate, lose tokens, move, are blocked and looked at."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a fast one
    logs = [logging.getLogger(), logging.getLogger("django")]  # `django` does not propagate
    levels = [log.level for log in logs]
    for log in logs:
        log.setLevel(logging.DEBUG)
    logging.getLogger("django").addHandler(caplog.handler)
    caplog.handler.setLevel(logging.DEBUG)
    yield Busy(clock).day(caplog.records)
    logging.getLogger("django").removeHandler(caplog.handler)
    for log, level in zip(logs, levels, strict=True):
        log.setLevel(level)


class Busy:
    def __init__(self, clock: Traveller) -> None:
        self.clock = clock
        self.tokens: set[str] = set()
        self.codes: set[str] = set()

    def day(self, logged: list[logging.LogRecord]) -> Day:
        self.people_come()
        as_root = self.root_looks_and_blocks()
        self.a_blocked_user_tries()
        self.a_user_moves_to_another_number()
        return Day(self.codes, self.tokens, logged, as_root)

    def call(self, path: str, body: Any = None, client: APIClient | None = None) -> Any:
        return (client or APIClient()).post(f"{API}{path}", body)

    def ask(self, number: str) -> str:
        """Asks for six digits: four would stand in every date by chance."""
        assert self.call("auth/code/", {"phone_number": number, "code_length": 6}).data
        code = str(inbox.messages(number)[0].confirmation_code)
        self.codes |= {code, wrong(code)}
        return code

    def confirm(self, number: str, code: str) -> dict[str, Any]:
        body = {"phone_number": number, "confirmation_code": code}
        answer = self.call("auth/token/", body).json()
        self.tokens |= {answer[name] for name in ("access", "refresh") if name in answer}
        return dict(answer)

    def refresh(self, token: str) -> dict[str, Any]:
        answer = self.call("auth/token/refresh/", {"refresh": token}).json()
        self.tokens |= {answer[name] for name in ("access", "refresh") if name in answer}
        return dict(answer)

    def people_come(self) -> None:
        for number in (ALICE, BOB, CHARLIE):
            code = self.ask(number)
            self.call("auth/code/", {"phone_number": number})
            self.confirm(number, wrong(code))
            self.use(number, self.confirm(number, code))
        for guess in [wrong(self.ask(STRANGER))] * 4:
            self.confirm(STRANGER, guess)

    def use(self, number: str, pair: dict[str, Any]) -> None:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair['access']}")
        code = client.get(f"{API}referrals/code/").json()["invite_code"]
        for tried in (code, "Z9Z9Z9", self.code_of(BOB)):
            self.call("referrals/activate/", {"invite_code": tried}, client)
        for path in ("users/me/", f"users/?search={number}", "auth/sessions/"):
            client.get(f"{API}{path}")
        self.replay(pair["refresh"])
        self.call("auth/token/verify/", {"token": pair["refresh"]})
        self.call("auth/logout/", client=client)

    def replay(self, token: str) -> None:
        assert self.refresh(token).keys() == {"access", "refresh"}
        self.clock.shift(11)
        assert self.refresh(token)["code"] == "token_reused"

    def code_of(self, number: str) -> str:
        owner = User.objects.filter(phone_number=number).first()
        return owner.invite_codes.get().code if owner else "Y9Y9Y9"

    def root_looks_and_blocks(self) -> Client:
        root = User.objects.create_superuser(ROOT, "correct horse")
        root.first_name = "Root"
        root.save()
        client = Client()
        client.post("/admin/login/", {"username": ROOT, "password": "battery staple"})
        client.force_login(root)
        alice = User.objects.get(phone_number=ALICE)
        people = reverse("admin:users_user_changelist")
        client.post(people, {"action": "block", "_selected_action": [alice.pk]})
        person = reverse("admin:users_user_change", args=[alice.pk])
        client.post(person, {"first_name": "Alice", "last_name": "", "email": ""})
        for path in CHANGELISTS:
            client.get(path, {"q": ALICE})
        return client

    def a_user_moves_to_another_number(self) -> None:
        self.clock.shift(60)
        self.confirm(CHARLIE, self.ask(CHARLIE))
        opened = SignIn.objects.select_related("user").latest("pk")
        own.request_phone_change(opened.user, NEW, HERE)
        code = str(inbox.messages(NEW)[0].confirmation_code)
        self.codes.add(code)
        own.change_phone(opened, NEW, code, HERE)

    def a_blocked_user_tries(self) -> None:
        self.clock.shift(60)
        code = self.ask(BOB)
        bob = User.objects.get(phone_number=BOB)
        moderation.block(bob, by=User.objects.get(phone_number=ROOT), reason="spam")
        assert self.confirm(BOB, code)["code"] == "account_blocked"


def test_a_day_is_busy(day: Day) -> None:
    """Otherwise the other tests would prove nothing."""
    assert (len(day.codes), len(day.tokens)) == (13, 14)
    events = set(apps.get_model("users", "AuditEvent").objects.values_list("event", flat=True))
    assert {"code_exhausted", "token_reused", "sign_in_refused", "phone_changed"} <= events
    assert day.leaks(f"{min(day.codes)} {ALICE} +7 (999) 000-00-02 {min(day.tokens)}") != []
    assert {"config.statements", "django.request", "users.sign_ins.sign_ins", GATEWAY} <= {
        line.name for line in day.logged
    }


def test_the_log_leaks_nothing_but_the_simulated_sms(day: Day) -> None:
    leaks = {
        line.name
        for line in day.logged
        if day.leaks(f"{line.getMessage()} {line.exc_text or ''}")
        and not line.name.startswith("django.db")  # the queries, of which only tests keep a log
    }
    assert leaks == {GATEWAY}


def test_no_formatted_line_leaks_either(day: Day) -> None:
    """With every attribute that a library adds to its records and a formatter might write."""
    for formatter in (logs.JSONLines(), logs.Lines()):
        leaks = {line.name for line in day.logged if day.leaks(formatter.format(line))}
        assert leaks <= {GATEWAY, "django.db.backends"}


def test_no_list_of_the_administration_leaks(day: Day) -> None:
    for path in (*CHANGELISTS, reverse("admin:index")):
        response = day.as_root.get(path)
        assert response.status_code == 200
        assert (path, day.leaks(response.text)) == (path, [])


def rows() -> Iterator[tuple[str, str, str]]:
    """Every cell of the database: table, column, text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table == "django_migrations":
                continue  # which knows nothing of people
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, cell in zip(columns, row, strict=True):
                    yield table, column, str(cell)


def test_the_database_holds_no_code_no_token_and_each_number_where_it_belongs(day: Day) -> None:
    leaks = {(table, column): day.leaks(cell) for table, column, cell in rows() if day.leaks(cell)}
    assert leaks.keys() == WHOLE_NUMBERS_STAND_IN
    assert all(leak in NUMBERS for found in leaks.values() for leak in found)
