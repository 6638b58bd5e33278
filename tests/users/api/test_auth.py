"""The list of sign-ins: what it says of each, and which of them a user may end."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient
from time_machine import Traveller

from tests.conftest import ALICE, BOB, ask, bearer, sign_in
from users.models import SignIn
from users.sign_ins import tokens

pytestmark = pytest.mark.django_db

SIGN_INS, REFRESH = "/api/v1/auth/sessions/", "/api/v1/auth/token/refresh/"
NOT_FOUND = {"detail": "Not found.", "code": "not_found"}


def sign_in_from(**environ: Any) -> SignIn:
    """Signs Alice in over the API from a program or an address."""
    confirmed = {"phone_number": ALICE, "confirmation_code": ask(ALICE)}
    response = APIClient().post("/api/v1/auth/token/", confirmed, **environ)
    assert response.status_code == 200
    return SignIn.objects.latest("pk")


def refresh(opened: SignIn) -> None:
    response = APIClient().post(REFRESH, {"refresh": tokens.pair(opened).refresh})
    assert response.status_code == 200


def ended() -> int:
    opened = sign_in(ALICE)
    SignIn.objects.filter(pk=opened.pk).end()
    return opened.pk


def of_bob() -> int:
    return sign_in(BOB).pk


def unknown() -> int:
    return sign_in(ALICE).pk + 1000


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("environ", "user_agent", "ip_address"),
    [
        ({"HTTP_USER_AGENT": "Mozilla/5.0"}, "Mozilla/5.0", "127.0.0.1"),
        ({}, "", "127.0.0.1"),
        ({"HTTP_USER_AGENT": "\x00a\x00" * 300}, "a" * 256, "127.0.0.1"),
        ({"HTTP_USER_AGENT": "a" * 257}, "a" * 256, "127.0.0.1"),
        ({"HTTP_USER_AGENT": "<b>Ж</b>"}, "<b>Ж</b>", "127.0.0.1"),
        ({"REMOTE_ADDR": "2001:db8:0:0::1"}, "", "2001:db8::1"),
        ({"REMOTE_ADDR": ""}, "", None),
    ],
)
def test_program_and_address_are_kept(
    environ: dict[str, str], user_agent: str, ip_address: str | None
) -> None:
    opened = sign_in_from(**environ)
    assert bearer(opened).get(SIGN_INS).json() == [
        {
            "id": opened.pk,
            "user_agent": user_agent,
            "ip_address": ip_address,
            "created_at": "2026-11-21T09:00:00Z",
            "last_used_at": "2026-11-21T09:00:00Z",
            "is_current": True,
        }
    ]


def test_the_last_used_comes_first(clock: Traveller) -> None:
    phone = sign_in(ALICE)
    clock.shift(60)
    laptop = sign_in(ALICE)
    clock.shift(60)
    refresh(phone)
    listed = bearer(laptop).get(SIGN_INS).json()
    assert [(row["id"], row["is_current"]) for row in listed] == [
        (phone.pk, False),
        (laptop.pk, True),
    ]


def test_a_refresh_keeps_the_program_that_signed_in() -> None:
    opened = sign_in_from(HTTP_USER_AGENT="phone", REMOTE_ADDR="192.0.2.1")
    body = {"refresh": tokens.pair(opened).refresh}
    APIClient().post(REFRESH, body, HTTP_USER_AGENT="laptop", REMOTE_ADDR="192.0.2.2")
    opened.refresh_from_db()
    assert (opened.user_agent, opened.ip_address) == ("phone", "192.0.2.1")


@pytest.mark.parametrize("other", [ended, of_bob, unknown, lambda: 2**63, lambda: 10**400])
def test_the_sign_in_of_another_user_is_not_found(other: Callable[[], int]) -> None:
    path = f"{SIGN_INS}{other()}/"
    live = SignIn.objects.live().count()
    response = bearer(sign_in(ALICE)).delete(path)
    assert (response.status_code, response.json()) == (404, NOT_FOUND)
    assert SignIn.objects.live().count() == live + 1


@pytest.mark.parametrize("days", [30, 90])
def test_a_sign_in_that_has_expired_is_not_found(clock: Traveller, days: int) -> None:
    expired = sign_in(ALICE)
    clock.shift(days * 24 * 3600)
    assert bearer(sign_in(ALICE)).delete(f"{SIGN_INS}{expired.pk}/").json() == NOT_FOUND


def test_the_sign_in_that_asks_may_end_itself() -> None:
    opened = sign_in(ALICE)
    client = bearer(opened)
    assert client.delete(f"{SIGN_INS}{opened.pk}/").status_code == 204
    assert client.get(SIGN_INS).status_code == 401


def test_without_other_sign_ins_ending_them_ends_none() -> None:
    client = bearer(sign_in(ALICE))
    assert [client.delete(SIGN_INS).status_code for _ in range(2)] == [204, 204]
    assert len(client.get(SIGN_INS).json()) == 1
