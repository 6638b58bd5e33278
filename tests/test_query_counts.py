"""How many statements each endpoint and each page takes: as many for several invitees as for none.

Savepoints and the lock that SQLite does not need are not counted.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern

from referrals import urls as referrals_api
from referrals.pages import urls as referrals_pages
from referrals.services import activate, live_invite_code
from tests.browsers import browser_of
from tests.conftest import ALICE, BOB, CHARLIE, HERE, ask, bearer, sign_in
from users import urls as users_api
from users.accounts import own
from users.models import User
from users.pages import urls as users_pages
from users.sign_ins import tokens
from users.sms import inbox

pytestmark = pytest.mark.django_db

UNCOUNTED = ("SAVEPOINT", "RELEASE", "SELECT pg_advisory")
OTHER = "+79990000009"


class Call(NamedTuple):
    """What is sent, and how many statements that takes."""

    number: int
    body: Callable[[], Any] = dict
    path: Callable[[User], str] | None = None  # where it names somebody


def of_charlie(path: str) -> Callable[[User], str]:
    return lambda charlie: path.format(charlie.pk)


API = {
    "POST auth/code/": Call(12, lambda: {"phone_number": OTHER}),
    "POST auth/token/": Call(8, lambda: {"phone_number": ALICE, "confirmation_code": ask(ALICE)}),
    "POST auth/token/refresh/": Call(2, lambda: {"refresh": tokens.pair(sign_in(ALICE)).refresh}),
    "POST auth/token/verify/": Call(1, lambda: {"token": tokens.pair(sign_in(ALICE)).access}),
    "POST auth/logout/": Call(3),
    "GET auth/sessions/": Call(2),
    "DELETE auth/sessions/": Call(3),
    "DELETE auth/sessions/<int:pk>/": Call(4, path=lambda _: f"auth/sessions/{sign_in(BOB).pk}/"),
    "GET users/me/": Call(2),
    "PUT users/me/": Call(4, lambda: {"first_name": "Bob"}),
    "PATCH users/me/": Call(4, lambda: {"first_name": "Bob"}),
    "DELETE users/me/": Call(14),
    "GET users/": Call(3),
    "GET users/<int:pk>/": Call(3, path=of_charlie("users/{}/")),
    "DELETE users/<int:pk>/": Call(6, path=of_charlie("users/{}/")),
    "POST users/<int:pk>/unblock/": Call(5, path=of_charlie("users/{}/unblock/")),
    "GET users/me/data/": Call(7),
    "POST users/me/phone/": Call(15, lambda: {"phone_number": OTHER}),
    "POST users/me/phone/confirm/": Call(
        16, lambda: {"phone_number": OTHER, "confirmation_code": _moving()}
    ),
    "POST referrals/activate/": Call(
        3, lambda: {"invite_code": live_invite_code(User.objects.get(phone_number=CHARLIE)).code}
    ),
    "GET referrals/invited/": Call(2),
    "GET referrals/invited/export/": Call(2),
    "GET referrals/code/": Call(2),
    "GET referrals/code/qr/": Call(2),
    "POST referrals/code/reset/": Call(6),
    "GET referrals/statistics/": Call(3),
}
PAGES = {
    "sign-in/": 2,
    "sign-in/code/": 2,
    "sign-out/": 6,
    "profile/": 7,
    "settings/": 2,
    "settings/phone/": 2,
    "settings/phone/code/": 2,
    "settings/sign-ins/": 3,
    "settings/devices/": 0,
    "settings/account/": 2,
    "settings/account/data.json": 8,
    "dev/sms/": 3,
    "i/<str:code>/": 3,
    "activate/": 3,
    "activate/<str:code>/": 3,
    "code/qr.svg": 3,
    "code/change/": 3,
    "invited/": 3,
    "invited/invited.csv": 3,
}


@pytest.fixture(params=[0, 5], ids="{} invited".format)
def bob(request: pytest.FixtureRequest) -> User:
    """Staff, and whoever invited so many."""
    inviter = User.objects.create_user(BOB, is_staff=True)
    code = live_invite_code(inviter).code
    for number in range(request.param):
        activate(User.objects.create_user(f"+7999100000{number}"), code)
    return inviter


@pytest.mark.parametrize("route", API)
def test_endpoint(bob: User, alice: User, charlie: User, route: str) -> None:
    method, path = route.split()
    call = API[route]
    client = bearer(sign_in(BOB, 6))
    body, address = call.body(), call.path(charlie) if call.path else path
    assert _statements(getattr(client, method.lower()), f"/api/v1/{address}", body) == call.number


@pytest.mark.parametrize("path", PAGES)
def test_page(bob: User, charlie: User, path: str) -> None:
    client = browser_of(bob)
    client.get("/")
    address = path.replace("<str:code>", live_invite_code(charlie).code)
    send = client.post if path == "sign-out/" else client.get
    assert _statements(send, f"/{address}") == PAGES[path]


def test_every_endpoint_has_its_number() -> None:
    routes = [*users_api.urlpatterns, *referrals_api.urlpatterns]
    assert {f"{method.upper()} {r.pattern}" for r in routes for method in _methods(r)} == {*API}


def test_every_page_has_its_number() -> None:
    routes = [*users_pages.urlpatterns, *referrals_pages.urlpatterns]
    assert {str(route.pattern) for route in routes} == {*PAGES}


def _statements(send: Callable[..., Any], *sent: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = send(*sent)
        if answer.streaming:
            list(answer)
    assert answer.status_code < 400, answer
    return sum(not each["sql"].startswith(UNCOUNTED) for each in captured)


def _methods(route: URLPattern) -> set[str]:
    return {*route.callback.actions} - {"head"}  # type: ignore[attr-defined]  # DRF sets them


def _moving() -> str:
    """The digits with which Bob moves to another number."""
    own.request_phone_change(User.objects.get(phone_number=BOB), OTHER, HERE)
    return str(inbox.messages(OTHER)[0].confirmation_code)
