"""After a restore or a failover the numbers of sign-ins and people are issued again.

What Alice held before must never open what Bob was given since.
"""

from typing import Any

import jwt
import pytest
from rest_framework.test import APIClient

from tests.conftest import ALICE, BOB, sign_in
from tests.restore import undo_sign_in, undo_sign_up
from tests.signing_in import enter, is_in
from users import keys
from users.models import SignIn, User
from users.sign_ins import browser, tokens

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ME, REFRESH, VERIFY = (
    f"/api/v1/{path}/" for path in ("users/me", "auth/token/refresh", "auth/token/verify")
)
NOT_VALID = (401, "token_not_valid")


def answer(path: str, **token: str) -> tuple[int, str | None]:
    response = APIClient().post(path, token)
    return response.status_code, response.json().get("code")


def get_me(access: str) -> tuple[int, str | None]:
    response = APIClient().get(ME, HTTP_AUTHORIZATION=f"Bearer {access}")
    return response.status_code, response.json().get("code")


def assert_opens_nothing(pair: tokens.Pair) -> None:
    assert get_me(pair.access) == NOT_VALID
    assert answer(REFRESH, refresh=pair.refresh) == NOT_VALID
    assert answer(VERIFY, token=pair.access) == NOT_VALID
    assert answer(VERIFY, token=pair.refresh) == NOT_VALID


def assert_untouched(opened: SignIn) -> None:
    """It was neither refreshed nor ended, and its tokens work."""
    assert SignIn.objects.values().get(pk=opened.pk) == values_of(opened)
    pair = tokens.pair(opened)
    assert get_me(pair.access) == (200, None)
    assert answer(REFRESH, refresh=pair.refresh) == (200, None)


def values_of(opened: SignIn) -> dict[str, Any]:
    return {field.attname: getattr(opened, field.attname) for field in SignIn._meta.concrete_fields}


@pytest.mark.parametrize("refreshes", [0, 1, 2])
def test_the_tokens_of_a_lost_sign_in_open_nothing(refreshes: int) -> None:
    before = sign_in(ALICE)
    for _ in range(refreshes):
        answer(REFRESH, refresh=tokens.pair(before).refresh)
        before.refresh_from_db()
    alices = tokens.pair(before)
    undo_sign_up(before.user)
    since = sign_in(BOB)
    assert (since.pk, since.user_id) == (before.pk, before.user_id)
    assert_opens_nothing(alices)
    assert_untouched(since)


def test_none_of_sixty_lost_sign_ins_is_taken_for_another() -> None:
    alice, bob = User.objects.create_user(ALICE), User.objects.create_user(BOB)
    for _ in range(60):
        lost = open_for(alice)
        alices = tokens.pair(lost)
        undo_sign_in(lost)
        since = open_for(bob)
        assert since.pk == lost.pk
        assert get_me(alices.access) == NOT_VALID
        assert answer(REFRESH, refresh=alices.refresh) == NOT_VALID
        undo_sign_in(since)


def open_for(user: User) -> SignIn:
    now = user.date_joined
    return SignIn.objects.create(
        user=user, proof_length=4, created_at=now, rotated_at=now, last_used_at=now
    )


def test_the_browser_of_a_lost_sign_in_is_signed_out() -> None:
    alices = enter(ALICE)
    before = SignIn.objects.get()
    undo_sign_up(before.user)
    bobs = enter(BOB)
    since = SignIn.objects.select_related("user").get()
    assert (since.pk, since.user_id) == (before.pk, before.user_id)
    assert not is_in(alices)
    assert browser.SESSION_KEY not in alices.session
    assert is_in(bobs)
    assert_untouched(since)


def test_signing_out_of_a_lost_sign_in_ends_nobody_elses() -> None:
    alices = enter(ALICE)
    undo_sign_up(User.objects.get())
    bobs = enter(BOB)
    alices.post("/sign-out/")
    assert is_in(bobs)


def test_the_nonce_of_another_sign_in_does_not_help() -> None:
    """Only the key could write such a token; the row is compared all the same."""
    alices, bobs = sign_in(ALICE), sign_in(BOB)
    bobs.nonce = alices.nonce
    assert_opens_nothing(tokens.pair(bobs))
    assert_untouched(SignIn.objects.select_related("user").get(pk=bobs.pk))


def test_a_session_with_the_nonce_of_another_sign_in_opens_nothing() -> None:
    alices, bobs = enter(ALICE), enter(BOB)
    session = alices.session
    session[browser.SESSION_KEY] = bobs.session[browser.SESSION_KEY]
    session.save()
    assert not is_in(alices)
    assert is_in(bobs)


@pytest.mark.parametrize("jti", ["", ".0", "None.0", 0, None, []])
def test_a_token_without_a_nonce_opens_nothing(jti: object) -> None:
    opened = sign_in(ALICE)
    [key, *_] = keys.derive("tokens")
    claims = [jwt.decode(token, key, ["HS256"]) for token in tokens.pair(opened)]
    forged = [jwt.encode({**claim, "jti": jti}, key) for claim in claims]
    assert_opens_nothing(tokens.Pair(*forged))
    assert_untouched(opened)


def test_every_sign_in_has_a_nonce_of_its_own() -> None:
    nonces = {sign_in(number).nonce for number in (ALICE, BOB)}
    assert len(nonces) == 2
    assert {len(nonce) for nonce in nonces} == {32}
