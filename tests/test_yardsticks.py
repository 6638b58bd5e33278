"""The yardsticks of the bench are honest: the statements and the answers of the product."""

import re
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from referrals.services import activate, live_invite_code
from tests.browsers import browser_of
from tests.conftest import ALICE, ask, sign_in
from users.models import User
from users.sign_ins import tokens

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("clock"),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="They are for PostgreSQL"),
]

OF_DRF_ALONE = {"Allow", "X-Request-ID"}
INSERT = re.compile(r'(INSERT INTO) "?(\w+).*', re.DOTALL)
Sent = tuple[str, dict[str, str], Any]  # where to, who asks, with what


def bearer(user: User, proof: int = 4) -> dict[str, str]:
    access = tokens.pair(sign_in(str(user.phone_number), proof)).access
    return {"Authorization": f"Bearer {access}"}


def profile(bob: User) -> Sent:
    return "users/me/", bearer(bob), None


def first_page(bob: User) -> Sent:
    return "referrals/invited/", bearer(bob), None


def people(bob: User) -> Sent:
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    return "users/", bearer(bob, 6), None


def refreshing(bob: User) -> Sent:
    return "auth/token/refresh/", {}, {"refresh": tokens.pair(sign_in(ALICE)).refresh}


def signing_in(bob: User) -> Sent:
    return "auth/token/", {}, {"phone_number": ALICE, "confirmation_code": ask(ALICE)}


def activating(bob: User) -> Sent:
    newcomer = User.objects.create_user("+79990000009")
    return "referrals/activate/", bearer(newcomer), {"invite_code": live_invite_code(bob).code}


@pytest.mark.parametrize("send", [profile, first_page, refreshing, signing_in, activating])
def test_the_same_statements_and_the_same_answer(
    bob: User,
    alice: User,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    send: Callable[[User], Sent],
) -> None:
    monkeypatch.setattr(secrets, "token_hex", lambda size: "0" * size * 2)
    activate(alice, live_invite_code(bob).code)
    sent = send(bob)
    statements, body, headers = _answered("api/v1", sent)
    settings.ROOT_URLCONF = "tests.bench.urls"
    by_hand = _answered("api/yardstick", sent)
    assert by_hand[1:] == (body, headers)
    assert by_hand[0] == statements


def test_the_same_list_of_people(bob: User, alice: User, settings: Settings) -> None:
    activate(alice, live_invite_code(bob).code)
    sent = people(bob)
    _, *ours = _answered("api/v1", sent)
    settings.ROOT_URLCONF = "tests.bench.urls"
    assert _answered("api/yardstick", sent)[1:] == tuple(ours)


def test_the_page_by_hand_is_the_page(bob: User, settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.bench.urls"
    browser = browser_of(bob)
    recorded, again = (browser.get("/yardstick/profile/") for _ in range(2))
    assert recorded.status_code == 200
    assert live_invite_code(bob).code in recorded.content.decode()
    assert again.content == recorded.content


def _answered(prefix: str, sent: Sent) -> tuple[list[str], bytes, dict[str, str]]:
    """Statements, body and headers; whatever it writes is undone, and gets the same number."""
    path, headers, body = sent
    client = Client(headers=headers)
    _take_back_the_number()
    url, send = f"/{prefix}/{path}", client.post if body else client.get
    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        answer = send(url, body, content_type="application/json") if body else send(url)
        transaction.set_rollback(True)
    assert answer.status_code < 300, answer.content
    told = {name: value for name, value in answer.items() if name not in OF_DRF_ALONE}
    statements = [each["sql"] for each in captured if "SAVEPOINT" not in each["sql"]]
    return [_comparable(sql) for sql in statements], answer.content, told


def _comparable(sql: str) -> str:
    """An INSERT by its table: by hand it says what Django fills in."""
    return INSERT.sub(r"\1 \2", sql.strip())


def _take_back_the_number() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(id), 0) + 1 FROM users_signin")
        cursor.execute("SELECT setval('users_signin_id_seq', %s, false)", cursor.fetchone())
