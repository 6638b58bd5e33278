"""What users of release 1.0.0 hold goes on working, also while its servers run beside new ones."""

from datetime import timedelta
from functools import partial

import jwt
import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient
from time_machine import Traveller

from tests.conftest import ALICE, BOB, sign_in
from tests.restore import undo_sign_in
from tests.signing_in import GUARDED, enter, is_in
from tests.test_races import at_once, post
from tests.users.sign_ins.test_restore import (
    NOT_VALID,
    REFRESH,
    VERIFY,
    answer,
    assert_opens_nothing,
    get_me,
)
from users import keys
from users.models import SignIn
from users.sign_ins import browser, legacy, tokens

pytestmark = pytest.mark.django_db

REUSED = (401, "token_reused")


def old_sign_in(phone_number: str = ALICE) -> SignIn:
    """As a server of 1.0.0 opens it: the database fills in the nonce."""
    opened = sign_in(phone_number)
    SignIn.objects.filter(pk=opened.pk).update(nonce="")
    opened.nonce = ""
    return opened


def old_pair(row: SignIn) -> tokens.Pair:
    """The tokens that 1.0.0 gives for a row, word for word."""
    [key, *_] = keys.derive("tokens")
    issued = int(row.rotated_at.timestamp())
    ends = {"access": issued + 5 * 60, "refresh": issued + 30 * 24 * 60 * 60}
    named = {"jti": f"{row.pk}.{row.generation}", "sid": row.pk, "gen": row.generation}
    return tokens.Pair(
        **{
            kind: jwt.encode({"token_type": kind, "exp": end, "iat": issued, **named}, key)
            for kind, end in ends.items()
        }
    )


def refresh_on_an_old_server(opened: SignIn) -> tokens.Pair:
    """As 1.0.0 does it, which looks at the generation and nothing else."""
    now = timezone.now()
    changes = {"generation": F("generation") + 1, "rotated_at": now, "last_used_at": now}
    SignIn.objects.filter(pk=opened.pk).update(**changes)
    opened.refresh_from_db()
    return old_pair(opened)


def refresh(token: str) -> tokens.Pair:
    response = APIClient().post(REFRESH, {"refresh": token})
    assert response.status_code == 200, response.json()
    return tokens.Pair(**response.json())


def nonce_of(opened: SignIn) -> str:
    return SignIn.objects.get(pk=opened.pk).nonce


@pytest.fixture
def opened(clock: Traveller) -> SignIn:
    return old_sign_in()


def test_the_tokens_of_a_row_without_a_nonce_are_those_of_1_0_0(opened: SignIn) -> None:
    assert tokens.pair(opened) == old_pair(opened)


def test_an_old_pair_works_and_its_refresh_gives_a_nonce(clock: Traveller, opened: SignIn) -> None:
    old = old_pair(opened)
    clock.shift(60)
    assert get_me(old.access) == (200, None)
    assert answer(VERIFY, token=old.access) == answer(VERIFY, token=old.refresh) == (200, None)
    assert nonce_of(opened) == ""
    new = refresh(old.refresh)
    opened.refresh_from_db()
    assert len(opened.nonce) == 32
    assert opened.generation == 1
    assert new == tokens.pair(opened)
    assert get_me(new.access) == (200, None)
    assert get_me(refresh(new.refresh).access) == (200, None)
    assert nonce_of(opened) == opened.nonce


def test_an_old_access_token_lives_out_its_five_minutes(clock: Traveller, opened: SignIn) -> None:
    """As ever after a refresh: other requests of the same client may be on their way."""
    old = old_pair(opened)
    refresh(old.refresh)
    clock.shift(299)
    assert get_me(old.access) == (200, None)
    clock.shift(1)
    assert get_me(old.access) == NOT_VALID


def test_for_ten_seconds_an_old_refresh_token_gives_the_same_pair(
    clock: Traveller, opened: SignIn
) -> None:
    old = old_pair(opened)
    new = refresh(old.refresh)
    clock.shift(10)
    assert refresh(old.refresh) == new


def test_an_old_refresh_token_is_accepted_once(clock: Traveller, opened: SignIn) -> None:
    old = old_pair(opened)
    new = refresh(old.refresh)
    clock.shift(11)
    assert answer(VERIFY, token=old.refresh) == NOT_VALID
    assert answer(REFRESH, refresh=old.refresh) == REUSED
    assert get_me(new.access) == NOT_VALID


def test_an_older_one_ends_a_sign_in_that_only_old_servers_know(
    clock: Traveller, opened: SignIn
) -> None:
    first = old_pair(opened)
    refresh_on_an_old_server(opened)
    clock.shift(11)
    assert answer(REFRESH, refresh=first.refresh) == REUSED


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_of_twenty_refreshes_at_once_one_gives_the_nonce(attempt: int) -> None:
    opened = old_sign_in()
    answers = at_once(*[post(REFRESH, {"refresh": old_pair(opened).refresh})] * 20)
    assert {response.status_code for response in answers} == {200}
    assert len({response.content for response in answers}) == 1
    opened.refresh_from_db()
    assert opened.generation == 1
    assert answers[0].json() == tokens.pair(opened)._asdict()


@pytest.mark.django_db(transaction=True)
def test_of_ten_pages_at_once_none_signs_the_browser_out() -> None:
    client = old_browser()
    pages = at_once(*[partial(other_tab(client).get, GUARDED) for _ in range(10)])
    assert {response.status_code for response in pages} == {200}
    assert is_in(client)
    assert len(SignIn.objects.get().nonce) == 32


def other_tab(client: Client) -> Client:
    other = Client()
    other.cookies = client.cookies
    return other


def test_an_older_one_is_refused_once_the_sign_in_has_a_nonce(
    clock: Traveller, opened: SignIn
) -> None:
    """It could be of a sign-in that was lost in a restore, so it ends nothing."""
    first = old_pair(opened)
    clock.shift(60)
    new = refresh(refresh_on_an_old_server(opened).refresh)
    clock.shift(60)
    assert answer(REFRESH, refresh=first.refresh) == NOT_VALID
    assert get_me(new.access) == (200, None)


def test_the_parent_of_an_old_server_gets_the_pair_that_it_gave(
    clock: Traveller, opened: SignIn
) -> None:
    first = old_pair(opened)
    clock.shift(60)
    assert refresh_on_an_old_server(opened) == refresh(first.refresh)


def test_an_old_refresh_token_lives_thirty_days(clock: Traveller, opened: SignIn) -> None:
    """So nothing of 1.0.0 is accepted 30 days after its last server has stopped."""
    clock.shift(timedelta(days=30))
    assert answer(REFRESH, refresh=old_pair(opened).refresh) == NOT_VALID


def test_an_ended_or_blocked_sign_in_gains_nothing(opened: SignIn) -> None:
    old = old_pair(opened)
    opened.user.is_active = False
    opened.user.save()
    assert_opens_nothing(old)
    opened.user.is_active = True
    opened.user.save()
    SignIn.objects.end()
    assert_opens_nothing(old)
    assert nonce_of(opened) == ""


# Old servers beside new ones


def test_an_old_server_reads_what_it_needs_from_a_new_token(clock: Traveller) -> None:
    opened = sign_in(ALICE)
    [key, *_] = keys.derive("tokens")
    for token in tokens.pair(opened):
        claims = jwt.decode(token, key, ["HS256"])
        assert (claims["sid"], claims["gen"]) == (opened.pk, 0)


@pytest.mark.parametrize("has_nonce", [True, False])
def test_a_client_may_go_from_server_to_server(clock: Traveller, has_nonce: bool) -> None:
    """Nobody is signed out by a roll-out, nor by a roll back and the next try."""
    opened = sign_in(ALICE) if has_nonce else old_sign_in()
    for _ in range(3):
        clock.shift(300)
        old = refresh_on_an_old_server(opened)
        assert get_me(old.access) == (200, None)
        clock.shift(299)
        new = refresh(old.refresh)
        assert refresh(old.refresh) == new
        assert get_me(new.access) == (200, None)
        opened.refresh_from_db()


def test_a_sign_in_that_old_servers_never_saw_accepts_no_old_token(clock: Traveller) -> None:
    opened = sign_in(ALICE)
    assert_opens_nothing(old_pair(opened))
    new = refresh(tokens.pair(opened).refresh)
    clock.shift(300)
    opened = SignIn.objects.get()
    opened.rotated_at = timezone.now()
    assert_opens_nothing(old_pair(opened))
    assert refresh(new.refresh)


# A restore beside an upgrade


@pytest.mark.parametrize("bobs_server_is_new", [True, False])
@pytest.mark.parametrize("refreshes", [0, 1])
def test_an_old_token_of_a_lost_sign_in_opens_nothing(
    clock: Traveller, bobs_server_is_new: bool, refreshes: int
) -> None:
    before = old_sign_in()
    alices = old_pair(before)
    for _ in range(refreshes):
        clock.shift(60)
        alices = refresh_on_an_old_server(before)
    undo_sign_in(before)
    clock.shift(1)
    since = sign_in(BOB) if bobs_server_is_new else old_sign_in(BOB)
    assert since.pk == before.pk
    assert_opens_nothing(alices)
    refresh_on_an_old_server(since)
    assert_opens_nothing(alices)
    new = refresh(old_pair(since).refresh)
    assert_opens_nothing(alices)
    assert get_me(new.access) == (200, None)


# Browsers


def old_browser(phone_number: str = ALICE) -> Client:
    client = enter(phone_number)
    session = client.session
    del session[browser.NONCE_KEY]
    session.save()
    SignIn.objects.update(nonce="")
    return client


def test_an_old_session_gains_a_nonce_on_use(clock: Traveller) -> None:
    client = old_browser()
    assert is_in(client)
    nonce = SignIn.objects.get().nonce
    assert len(nonce) == 32
    assert client.session[browser.NONCE_KEY] == nonce
    assert is_in(client)
    assert SignIn.objects.get().nonce == nonce


def test_requests_at_once_agree_on_the_nonce(clock: Traveller) -> None:
    """Each has read the session before the others wrote it."""
    client = old_browser()
    sessions = [client.session for _ in range(3)]
    [stale, *_] = rows = [SignIn.objects.get() for _ in sessions]
    nonces = {legacy.enter(*each) for each in zip(sessions, rows, strict=True)}
    assert nonces == {SignIn.objects.get().nonce}
    assert {row.nonce for row in rows} == nonces
    assert is_in(client)
    assert stale.nonce == client.session[browser.NONCE_KEY]


def test_an_old_session_does_not_enter_a_sign_in_with_a_nonce(clock: Traveller) -> None:
    client = old_browser()
    undo_sign_in(SignIn.objects.get())
    bobs = enter(BOB)
    assert not is_in(client)
    assert browser.SESSION_KEY not in client.session
    assert is_in(bobs)


def test_an_old_session_dies_with_its_sign_in(clock: Traveller) -> None:
    client = old_browser()
    clock.shift(timedelta(days=30))
    assert not is_in(client)
    assert SignIn.objects.get().nonce == ""
