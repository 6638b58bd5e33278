"""What tokens say, how long they live, which keys read them; none is stored."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.conf import settings as current_settings
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient
from time_machine import Traveller

from tests.conftest import ALICE, ask, bearer, sign_in
from users.models import SignIn
from users.sign_ins import tokens

pytestmark = pytest.mark.django_db

ME, TOKEN, REFRESH = "/api/v1/users/me/", "/api/v1/auth/token/", "/api/v1/auth/token/refresh/"
NOT_VALID = {
    "detail": "The token is invalid or has expired. Sign in again.",
    "code": "token_not_valid",
}
MINUTE, DAY = 60, 24 * 60 * 60  # seconds


def claims(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def refreshed(api: APIClient, refresh: str) -> tokens.Pair:
    return tokens.Pair(**api.post(REFRESH, {"refresh": refresh}).json())


def move_the_key(settings: Settings, *, keep_the_old: bool) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if keep_the_old else []
    settings.SECRET_KEY = "moved" * 10


def test_tokens_name_their_sign_in_and_its_generation(clock: Traveller) -> None:
    opened = sign_in(ALICE)
    access, refresh = tokens.pair(opened)
    now = int(timezone.now().timestamp())
    named = {"iat": now, "jti": f"{opened.nonce}.0", "sid": opened.pk, "gen": 0}
    assert claims(access) == {"token_type": "access", "exp": now + 5 * MINUTE, **named}
    assert claims(refresh) == {"token_type": "refresh", "exp": now + 30 * DAY, **named}


def test_the_same_row_gives_the_same_tokens() -> None:
    opened = sign_in(ALICE)
    assert tokens.pair(SignIn.objects.get()) == tokens.pair(opened)


@pytest.mark.parametrize(("seconds", "status"), [(5 * MINUTE - 1, 200), (5 * MINUTE, 401)])
def test_an_access_token_lives_five_minutes(clock: Traveller, seconds: int, status: int) -> None:
    client = bearer(sign_in(ALICE))
    clock.shift(seconds)
    assert client.get(ME).status_code == status


@pytest.mark.parametrize(("seconds", "status"), [(30 * DAY - 1, 200), (30 * DAY, 401)])
def test_a_refresh_token_lives_thirty_days(
    api: APIClient, clock: Traveller, seconds: int, status: int
) -> None:
    refresh = tokens.pair(sign_in(ALICE)).refresh
    clock.shift(seconds)
    assert api.post(REFRESH, {"refresh": refresh}).status_code == status


def test_every_refresh_gives_thirty_days_more_but_ninety_in_all(
    api: APIClient, clock: Traveller
) -> None:
    opened = sign_in(ALICE)
    refresh, days_left = tokens.pair(opened).refresh, []
    for _ in range(3):
        clock.shift(29 * DAY)
        refresh = refreshed(api, refresh).refresh
        days_left.append((claims(refresh)["exp"] - timezone.now().timestamp()) / DAY)
    assert days_left == [30, 30, 3]
    clock.shift(3 * DAY)
    response = api.post(REFRESH, {"refresh": refresh})
    assert (response.status_code, response.json()) == (401, NOT_VALID)


def test_no_access_token_outlives_its_sign_in(clock: Traveller) -> None:
    opened = sign_in(ALICE)
    opened.rotated_at = opened.created_at + timedelta(days=90, minutes=-1)
    access, refresh = tokens.pair(opened)
    end = (opened.created_at + timedelta(days=90)).timestamp()
    assert claims(access)["exp"] == claims(refresh)["exp"] == end


@pytest.mark.parametrize(("keep_the_old", "status"), [(True, 200), (False, 401)])
def test_tokens_live_as_long_as_their_key_is_kept(
    api: APIClient, settings: Settings, keep_the_old: bool, status: int
) -> None:
    opened = sign_in(ALICE)
    client, refresh = bearer(opened), tokens.pair(opened).refresh
    move_the_key(settings, keep_the_old=keep_the_old)
    assert client.get(ME).status_code == status
    assert api.post(REFRESH, {"refresh": refresh}).status_code == status


def test_a_code_outlives_a_move_of_its_key(api: APIClient, settings: Settings) -> None:
    confirmed = {"phone_number": ALICE, "confirmation_code": ask(ALICE)}
    move_the_key(settings, keep_the_old=True)
    assert api.post(TOKEN, confirmed).status_code == 200


def test_a_code_dies_with_its_key(api: APIClient, settings: Settings) -> None:
    """No other key takes its place, least of all an empty one."""
    confirmed = {"phone_number": ALICE, "confirmation_code": ask(ALICE)}
    move_the_key(settings, keep_the_old=False)
    response = api.post(TOKEN, confirmed)
    assert (response.status_code, response.json()["code"]) == (400, "confirmation_code_expired")


def test_once_the_key_has_moved_the_new_one_signs(api: APIClient, settings: Settings) -> None:
    refresh = tokens.pair(sign_in(ALICE)).refresh
    move_the_key(settings, keep_the_old=True)
    access = refreshed(api, refresh).access
    settings.SECRET_KEY_FALLBACKS = []
    assert api.get(ME, HTTP_AUTHORIZATION=f"Bearer {access}").status_code == 200


@pytest.mark.parametrize(
    "forge",
    [
        lambda pair: pair.refresh,
        lambda pair: pair.access[:-4] + "AAAA",
        lambda pair: jwt.encode(claims(pair.access), key="", algorithm="none"),
        lambda pair: jwt.encode(claims(pair.access), key="0" * 32),
        lambda pair: jwt.encode(claims(pair.access), key=current_settings.SECRET_KEY),
        lambda pair: "a.b.c",
        lambda pair: "é",
    ],
    ids=["refresh", "touched", "unsigned", "stranger", "secret key itself", "dots", "not ASCII"],
)
def test_a_forged_access_token_is_refused(
    api: APIClient, forge: Callable[[tokens.Pair], str]
) -> None:
    forged = forge(tokens.pair(sign_in(ALICE)))
    response = api.get(ME, HTTP_AUTHORIZATION=f"Bearer {forged}".encode())
    assert (response.status_code, response.json()) == (401, NOT_VALID)


def test_tokens_of_a_sign_in_that_is_gone_are_refused(api: APIClient) -> None:
    opened = sign_in(ALICE)
    client, refresh = bearer(opened), tokens.pair(opened).refresh
    opened.delete()
    for response in (client.get(ME), api.post(REFRESH, {"refresh": refresh})):
        assert (response.status_code, response.json()) == (401, NOT_VALID)


def test_neither_a_token_nor_a_hash_of_one_is_stored() -> None:
    pair = tokens.pair(sign_in(ALICE))
    [row] = SignIn.objects.values()
    stored = " ".join(str(value) for value in row.values())
    for secret in (*pair, *(part for token in pair for part in token.split("."))):
        hashes = [hashlib.new(name, secret.encode()).hexdigest() for name in ("md5", "sha256")]
        assert not [trace for trace in (secret, *hashes) if trace in stored]
