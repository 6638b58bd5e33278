"""Sign-ins: kept alive by refreshing, asked about, ended."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient
from time_machine import Traveller

from tests.conftest import ALICE, BOB, bearer, sign_in
from users.accounts import moderation
from users.models import SignIn, User
from users.sign_ins import tokens

pytestmark = pytest.mark.django_db

ME, LOGOUT = "/api/v1/users/me/", "/api/v1/auth/logout/"
SIGN_INS = "/api/v1/auth/sessions/"
REFRESH, VERIFY = "/api/v1/auth/token/refresh/", "/api/v1/auth/token/verify/"
NOT_VALID = {
    "detail": "The token is invalid or has expired. Sign in again.",
    "code": "token_not_valid",
}
REUSED = {
    "detail": "This token was used before. For safety the sign-in was ended.",
    "code": "token_reused",
}


@pytest.fixture
def opened() -> SignIn:
    return sign_in(ALICE)


@pytest.fixture
def first(opened: SignIn) -> tokens.Pair:
    """The tokens that the sign-in began with."""
    return tokens.pair(opened)


def refresh(token: str) -> tuple[int, dict[str, str]]:
    response = APIClient().post(REFRESH, {"refresh": token})
    return response.status_code, response.json()


def verify(token: str) -> tuple[int, dict[str, str]]:
    response = APIClient().post(VERIFY, {"token": token})
    return response.status_code, response.json()


def is_live(access: str) -> bool:
    return APIClient().get(ME, HTTP_AUTHORIZATION=f"Bearer {access}").status_code == 200


def end(opened: SignIn) -> None:
    bearer(opened).post(LOGOUT)


def block(opened: SignIn) -> None:
    moderation.block(opened.user, by=User.objects.create_user("+79990000009"))


def test_a_refresh_gives_a_new_pair(clock: Traveller, opened: SignIn, first: tokens.Pair) -> None:
    clock.shift(60)
    status, body = refresh(first.refresh)
    opened.refresh_from_db()
    assert opened.generation == 1
    assert (status, body) == (200, tokens.pair(opened)._asdict())
    assert not {first.access, first.refresh} & set(body.values())
    assert is_live(body["access"])
    assert refresh(body["refresh"])[0] == 200


def test_no_cache_keeps_an_answer(api: APIClient, clock: Traveller, first: tokens.Pair) -> None:
    for status in (200, 200, 401):
        response = api.post(REFRESH, {"refresh": first.refresh})
        assert (response.status_code, response["Cache-Control"]) == (status, "no-store")
        clock.shift(6)
    assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("seconds", [0, 10])
def test_for_ten_seconds_the_parent_gets_the_very_same_pair(
    clock: Traveller, first: tokens.Pair, seconds: int
) -> None:
    successor = refresh(first.refresh)
    clock.shift(seconds)
    assert refresh(first.refresh) == successor
    assert SignIn.objects.get().generation == 1


def test_a_parent_played_back_later_ends_the_sign_in(clock: Traveller, first: tokens.Pair) -> None:
    _, successor = refresh(first.refresh)
    clock.shift(10.001)
    assert refresh(first.refresh) == (401, REUSED)
    assert not is_live(first.access)
    assert not is_live(successor["access"])
    assert refresh(successor["refresh"]) == (401, NOT_VALID)


def test_a_grandparent_played_back_at_once_ends_the_sign_in(first: tokens.Pair) -> None:
    _, second = refresh(first.refresh)
    _, third = refresh(second["refresh"])
    assert refresh(first.refresh) == (401, REUSED)
    assert not is_live(third["access"])


def test_a_generation_still_to_come_is_refused_and_ends_nothing(
    opened: SignIn, first: tokens.Pair
) -> None:
    opened.generation = 1
    assert refresh(tokens.pair(opened).refresh) == (401, NOT_VALID)
    assert is_live(first.access)
    assert refresh(first.refresh)[0] == 200


@pytest.mark.parametrize("shut", [end, block])
def test_nothing_works_once_a_sign_in_has_ended(
    opened: SignIn, first: tokens.Pair, shut: Callable[[SignIn], None]
) -> None:
    shut(opened)
    assert not is_live(first.access)
    assert refresh(first.refresh) == (401, NOT_VALID)
    assert verify(first.access) == (401, NOT_VALID)
    assert verify(first.refresh) == (401, NOT_VALID)


@pytest.mark.parametrize("shut", [end, block])
def test_the_parent_gets_nothing_once_a_sign_in_has_ended(
    opened: SignIn, first: tokens.Pair, shut: Callable[[SignIn], None]
) -> None:
    refresh(first.refresh)
    shut(opened)
    assert refresh(first.refresh) == (401, NOT_VALID)


def test_somebody_inactive_cannot_refresh(opened: SignIn, first: tokens.Pair) -> None:
    User.objects.update(is_active=False)
    assert refresh(first.refresh) == (401, NOT_VALID)
    assert not is_live(first.access)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "\x00"])
def test_what_is_no_token_is_refused(token: str) -> None:
    status, _ = refresh(token)
    assert status == (401 if token.isprintable() and token else 400)


def test_tokens_that_would_be_accepted_are_verified(first: tokens.Pair) -> None:
    assert verify(first.access) == (200, {})
    assert verify(first.refresh) == (200, {})


def test_an_access_token_is_verified_after_a_refresh_and_the_parent_is_not(
    first: tokens.Pair,
) -> None:
    _, successor = refresh(first.refresh)
    assert verify(first.access) == (200, {})
    assert verify(successor["refresh"]) == (200, {})
    assert verify(first.refresh) == (401, NOT_VALID)


def test_asking_about_a_token_never_ends_a_sign_in(clock: Traveller, first: tokens.Pair) -> None:
    _, successor = refresh(first.refresh)
    clock.shift(60)
    assert verify(first.refresh) == (401, NOT_VALID)
    assert is_live(successor["access"])
    assert refresh(successor["refresh"])[0] == 200


def test_logging_out_answers_nothing_and_once(opened: SignIn) -> None:
    client = bearer(opened)
    response = client.post(LOGOUT)
    assert (response.status_code, response.content) == (204, b"")
    again = client.post(LOGOUT)
    assert (again.status_code, again.json()) == (401, NOT_VALID)


def test_logging_out_leaves_the_other_sign_ins(opened: SignIn) -> None:
    other = tokens.pair(sign_in(ALICE))
    end(opened)
    assert is_live(other.access)
    assert refresh(other.refresh)[0] == 200


def test_only_somebody_signed_in_can_log_out(api: APIClient) -> None:
    response = api.post(LOGOUT)
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")


def test_every_live_sign_in_is_listed(clock: Traveller, opened: SignIn) -> None:
    clock.shift(60)
    newer = sign_in(ALICE)
    end(sign_in(ALICE))
    response = bearer(newer).get(SIGN_INS)
    assert (response.status_code, response.json()) == (
        200,
        [
            {
                "id": listed.pk,
                "user_agent": "pytest",
                "ip_address": "127.0.0.1",
                "created_at": when,
                "last_used_at": when,
                "is_current": listed == newer,
            }
            for listed, when in [
                (newer, "2026-11-21T09:01:00Z"),
                (opened, "2026-11-21T09:00:00Z"),
            ]
        ],
    )


def test_a_refresh_is_a_use(clock: Traveller, opened: SignIn, first: tokens.Pair) -> None:
    clock.shift(240)
    refresh(first.refresh)
    [listed] = bearer(opened).get(SIGN_INS).json()
    assert listed["last_used_at"] == "2026-11-21T09:04:00Z"


@pytest.mark.parametrize("days", [30, 90])
def test_a_sign_in_whose_tokens_have_died_is_not_listed(
    clock: Traveller, opened: SignIn, days: int
) -> None:
    """Of thirty days without a refresh, or of ninety days in all."""
    clock.shift(timedelta(days=days))
    if days == 90:
        SignIn.objects.filter(pk=opened.pk).update(rotated_at=timezone.now() - timedelta(days=1))
    [listed] = bearer(sign_in(ALICE)).get(SIGN_INS).json()
    assert listed["is_current"]


def test_a_sign_in_is_ended_from_another(opened: SignIn, first: tokens.Pair) -> None:
    client = bearer(sign_in(ALICE))
    response = client.delete(f"{SIGN_INS}{opened.pk}/")
    assert (response.status_code, response.content) == (204, b"")
    assert not is_live(first.access)
    assert client.get(ME).status_code == 200
    assert client.delete(f"{SIGN_INS}{opened.pk}/").status_code == 404


def test_all_other_sign_ins_are_ended_at_once(opened: SignIn, first: tokens.Pair) -> None:
    stranger = bearer(sign_in(BOB))
    client = bearer(sign_in(ALICE))
    response = client.delete(SIGN_INS)
    assert (response.status_code, response.content) == (204, b"")
    assert not is_live(first.access)
    assert len(client.get(SIGN_INS).json()) == 1
    assert stranger.get(ME).status_code == 200


@pytest.mark.parametrize("pk", ["0", "1" * 400])
def test_a_sign_in_that_is_not_there_is_not_found(opened: SignIn, pk: str) -> None:
    response = bearer(opened).delete(f"{SIGN_INS}{pk}/")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_nobody_sees_or_ends_the_sign_in_of_another(opened: SignIn, first: tokens.Pair) -> None:
    stranger = bearer(sign_in(BOB))
    assert len(stranger.get(SIGN_INS).json()) == 1
    assert stranger.delete(f"{SIGN_INS}{opened.pk}/").status_code == 404
    assert is_live(first.access)


@pytest.mark.parametrize(("method", "path"), [("get", ""), ("delete", ""), ("delete", "1/")])
def test_only_somebody_signed_in_sees_sign_ins(api: APIClient, method: str, path: str) -> None:
    response = api.generic(method.upper(), SIGN_INS + path)
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")
