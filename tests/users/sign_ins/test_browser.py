"""A sign-in that lives in a browser: who ends it, ends the session with it."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings
from time_machine import Traveller

from tests.administration import (
    CODE,
    INDEX,
    LOGIN,
    LOGOUT,
    ROOT,
    STAFF,
    as_staff,
    enter,
    received,
    told,
)
from tests.conftest import ALICE, HERE, bearer
from users.accounts import moderation, own
from users.models import AuditEvent, SignIn, User
from users.sign_ins import browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

MINUTE = 60  # seconds


@pytest.fixture
def client() -> Client:
    return as_staff()


@pytest.fixture
def root() -> User:
    return User.objects.create_superuser(ROOT)


def is_in(client: Client) -> bool:
    return client.get(INDEX).status_code == 200


def only_sign_in() -> SignIn:
    return SignIn.objects.select_related("user").get(ended_at=None)


def test_the_session_names_the_sign_in_and_nobody_else(client: Client) -> None:
    assert is_in(client)
    assert client.session[browser.SESSION_KEY] == only_sign_in().pk
    assert "_auth_user_id" not in client.session
    assert only_sign_in().user_agent == ""
    assert only_sign_in().ip_address == "127.0.0.1"


def test_the_session_key_is_a_new_one(alice: User) -> None:
    """Whoever planted a key before must not hold the session after."""
    planted = Client()
    planted.post(LOGIN, {"phone_number": ALICE})
    before = planted.session.session_key
    planted.post(CODE, {"confirmation_code": received(ALICE)})
    assert planted.session[browser.SESSION_KEY] == only_sign_in().pk
    assert planted.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def block(staff: User, root: User) -> None:
    moderation.block(staff, by=root, reason="spam")


def close(staff: User, root: User) -> None:
    own.close(staff, HERE)


def end(staff: User, root: User) -> None:
    moderation.end_sign_ins(staff, by=root)


def end_through_the_api(staff: User, root: User) -> None:
    assert bearer(only_sign_in()).post("/api/v1/auth/logout/").status_code == 204


def deactivate(staff: User, root: User) -> None:
    User.objects.filter(pk=staff.pk).update(is_active=False)


@pytest.mark.parametrize("act", [block, close, end, end_through_the_api, deactivate])
def test_whoever_is_put_out_is_out_on_the_next_request(
    client: Client, root: User, act: Any
) -> None:
    assert is_in(client)
    act(only_sign_in().user, root)
    assert not is_in(client)
    assert browser.SESSION_KEY not in client.session
    assert not is_in(client)


def test_a_browser_that_comes_every_day_stays_signed_in_for_90_days(
    client: Client, clock: Traveller
) -> None:
    for _ in range(89):
        clock.shift(timedelta(days=1))
        assert is_in(client)
    clock.shift(timedelta(days=1))
    assert not is_in(client)


def test_a_browser_that_stays_away_for_30_days_is_signed_out(
    client: Client, clock: Traveller
) -> None:
    clock.shift(timedelta(days=30))
    assert not is_in(client)


def test_the_last_use_is_written_every_five_minutes(client: Client, clock: Traveller) -> None:
    signed_in_at = only_sign_in().last_used_at
    noted = []
    for _ in range(6):
        clock.shift(2 * MINUTE)
        assert is_in(client)
        noted.append((only_sign_in().last_used_at - signed_in_at).total_seconds() / MINUTE)
    assert noted == [0, 0, 6, 6, 6, 12]


def test_signing_out_ends_the_sign_in(client: Client) -> None:
    response = client.post(LOGOUT, follow=True)
    assert response.redirect_chain == [(LOGIN, 302)]
    assert told(response) == ["You have signed out."]
    assert not SignIn.objects.live().exists()
    assert not is_in(client)
    assert AuditEvent.objects.latest("pk").event == "signed_out"


def test_a_link_signs_nobody_out(client: Client) -> None:
    assert client.get(LOGOUT).status_code == 405
    assert is_in(client)


def test_signing_in_again_ends_the_sign_in_before(alice: User, settings: Settings) -> None:
    first = enter(ALICE)
    old = only_sign_in()
    browser_again = RequestFactory().get("/")
    browser_again.session = first.session
    new = SignIn.objects.create(
        user=alice,
        proof_length=6,
        rotated_at=old.rotated_at,
        created_at=old.created_at,
        last_used_at=old.last_used_at,
    )
    browser.SignInMiddleware(lambda request: browser.open_session(request, new))(browser_again)  # type: ignore[arg-type,return-value]
    assert list(SignIn.objects.live()) == [new]
    assert browser_again.session[browser.SESSION_KEY] == new.pk


def test_sign_in_and_person_come_in_one_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    request = RequestFactory().get("/")
    request.session = client.session
    request.session.get(browser.SESSION_KEY)  # the session itself is loaded
    browser.SignInMiddleware(lambda request: None)(request)  # type: ignore[arg-type,return-value]
    with django_assert_num_queries(1):
        assert request.user.phone_number == STAFF  # type: ignore[union-attr]
        assert request.sign_in.user == request.user  # type: ignore[attr-defined]


def test_a_page_that_asks_nothing_costs_nothing(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz/").status_code == 200


def test_a_visitor_is_nobody() -> None:
    request = RequestFactory().get("/")
    request.session = Client().session
    browser.SignInMiddleware(lambda request: None)(request)  # type: ignore[arg-type,return-value]
    assert request.user == AnonymousUser()
    assert browser.sign_in_of(request) is None


def test_without_the_middleware_there_is_no_sign_in() -> None:
    assert browser.sign_in_of(RequestFactory().get("/")) is None
