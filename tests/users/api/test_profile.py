"""`users/me/`: what a user sees of their own account, who may ask, at what cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient
from time_machine import Traveller

from referrals.models import Activation
from referrals.services import activate
from tests.conftest import ALICE, BOB, bearer, sign_in
from users.models import User

pytestmark = pytest.mark.django_db

ME = "/api/v1/users/me/"


def invite(inviter: User, count: int) -> list[User]:
    """Gives an inviter this many invitees, one a minute; returns them newest first."""
    people = User.objects.bulk_create(
        User(phone_number=f"+7999100{number:04}") for number in range(count)
    )
    code, now = inviter.invite_codes.get(), timezone.now()
    Activation.objects.bulk_create(
        Activation(
            invitee=person,
            inviter=inviter,
            invite_code=code,
            activated_at=now - timedelta(minutes=minutes),
        )
        for minutes, person in enumerate(people)
    )
    return people


def profile_of(person: User, **changes: Any) -> dict[str, Any]:
    code = person.invite_codes.get().code
    return {
        "id": person.pk,
        "subject": person.subject,
        "phone_number": person.phone_number,
        "first_name": "",
        "last_name": "",
        "email": "",
        "avatar": None,
        "date_joined": "2026-11-21T09:00:00Z",
        "invite_code": code,
        "invite_link": f"http://127.0.0.1:8000/i/{code}/",
        "activated_invite_code": None,
        "invited_users": [],
        "invited_users_count": 0,
        **changes,
    }


def test_a_new_profile_has_every_key(clock: Traveller, alice: User, as_alice: APIClient) -> None:
    response = as_alice.get(ME)
    assert (response.status_code, response.json()) == (200, profile_of(alice))


@pytest.mark.parametrize("path", [ME, "/api/v1/referrals/code/", "/api/v1/referrals/code/qr/"])
def test_an_invite_code_that_is_missing_is_issued(
    alice: User, as_alice: APIClient, path: str
) -> None:
    alice.invite_codes.update(retired_at=timezone.now())
    assert as_alice.get(path).status_code == 200
    code = alice.invite_codes.get(retired_at=None).code
    assert as_alice.get(ME).json()["invite_code"] == code


def test_inviter_and_invitee_see_each_other(
    clock: Traveller, alice: User, bob: User, as_alice: APIClient, as_bob: APIClient
) -> None:
    code = bob.invite_codes.get().code
    activate(alice, code)
    assert as_alice.get(ME).json() == profile_of(alice, activated_invite_code=code)
    assert as_bob.get(ME).json() == profile_of(bob, invited_users=[ALICE], invited_users_count=1)


def test_the_newest_hundred_invitees_are_shown_and_all_are_counted(
    clock: Traveller, bob: User, as_bob: APIClient
) -> None:
    invitees = invite(bob, 130)
    assert as_bob.get(ME).json() == profile_of(
        bob,
        invited_users=[invitee.phone_number for invitee in invitees[:100]],
        invited_users_count=130,
    )


def test_a_closed_invitee_is_counted_and_not_shown(
    clock: Traveller, bob: User, as_bob: APIClient
) -> None:
    newest, middle, oldest = invite(bob, 3)
    User.objects.filter(pk=middle.pk).update(
        phone_number=None, is_active=False, closed_at=timezone.now()
    )
    assert as_bob.get(ME).json() == profile_of(
        bob, invited_users=[newest.phone_number, oldest.phone_number], invited_users_count=3
    )


@pytest.mark.parametrize("count", [0, 300])
def test_a_profile_costs_four_queries_however_many_came(
    bob: User,
    as_bob: APIClient,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    invite(bob, count)
    with django_assert_max_num_queries(4):
        response = as_bob.get(ME)
    assert response.json()["invited_users_count"] == count


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "not_authenticated"),
        ("", "not_authenticated"),
        ("Basic YWxpY2U6c2VjcmV0", "not_authenticated"),
        ("Token abc", "not_authenticated"),
        ("Bearer", "token_not_valid"),
        ("Bearer a b", "token_not_valid"),
        ("Bearer abc", "token_not_valid"),
    ],
)
def test_a_client_that_is_not_signed_in_is_refused(
    api: APIClient, header: str | None, code: str
) -> None:
    messages = {
        "not_authenticated": "Authentication credentials were not provided.",
        "token_not_valid": "The token is invalid or has expired. Sign in again.",
    }
    if header is not None:
        api.credentials(HTTP_AUTHORIZATION=header)
    response = api.get(ME)
    assert (response.status_code, response.json()) == (
        401,
        {"detail": messages[code], "code": code},
    )
    assert response["WWW-Authenticate"] == "Bearer"


def test_a_session_cookie_opens_nothing_under_api(api: APIClient, alice: User) -> None:
    api.force_login(alice)
    response = api.get(ME)
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")


def test_each_sees_their_own_profile(alice: User, bob: User) -> None:
    seen = [bearer(sign_in(number)).get(ME).json()["id"] for number in (ALICE, BOB)]
    assert seen == [alice.pk, bob.pk]
