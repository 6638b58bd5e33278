"""The list of one's invitees, and one's own invite code."""

from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient
from time_machine import Traveller

from referrals.serializers import InvitedSerializer
from referrals.services import activate
from tests.conftest import ALICE, CHARLIE
from users.models import User

pytestmark = pytest.mark.django_db

INVITED, CODE = "/api/v1/referrals/invited/", "/api/v1/referrals/code/"


def invite(inviter: User, *invitees: User) -> None:
    for invitee in invitees:
        activate(invitee, inviter.invite_codes.get().code)


def pages(client: APIClient, link: str | None) -> list[list[dict[str, Any]]]:
    """Follows `next` from a link to the end."""
    found = []
    while link:
        page = client.get(link).json()
        found.append(page["results"])
        link = page["next"]
    return found


def test_a_list_without_invitees_is_empty(as_bob: APIClient) -> None:
    response = as_bob.get(INVITED)
    assert (response.status_code, response.json()) == (
        200,
        {"next": None, "previous": None, "results": []},
    )


def test_invitees_are_listed_newest_first(
    clock: Traveller, alice: User, bob: User, charlie: User, as_bob: APIClient
) -> None:
    invite(bob, charlie)
    clock.shift(60)
    invite(bob, alice)
    assert as_bob.get(INVITED).json() == {
        "next": None,
        "previous": None,
        "results": [
            {"phone_number": ALICE, "activated_at": "2026-11-21T09:01:00Z"},
            {"phone_number": CHARLIE, "activated_at": "2026-11-21T09:00:00Z"},
        ],
    }


def test_the_schema_has_every_field_and_no_other(alice: User, bob: User, as_bob: APIClient) -> None:
    invite(bob, alice)
    assert as_bob.get(INVITED).json()["results"][0].keys() == InvitedSerializer().fields.keys()


def test_a_closed_invitee_stays_without_a_number(
    clock: Traveller, alice: User, bob: User, as_bob: APIClient
) -> None:
    invite(bob, alice)
    User.objects.filter(pk=alice.pk).update(
        phone_number=None, is_active=False, closed_at=timezone.now()
    )
    assert as_bob.get(INVITED).json()["results"] == [
        {"phone_number": None, "activated_at": "2026-11-21T09:00:00Z"}
    ]


def test_only_ones_own_invitees_are_listed(
    alice: User, bob: User, charlie: User, as_bob: APIClient
) -> None:
    invite(charlie, alice, bob)
    assert as_bob.get(INVITED).json()["results"] == []


@pytest.mark.parametrize("moved", [True, False])
def test_following_next_finds_every_invitee_once(
    clock: Traveller, bob: User, as_bob: APIClient, moved: bool
) -> None:
    """Even those who came at the same moment."""
    people = [User.objects.create_user(f"+7999100000{number}") for number in range(5)]
    for person in people:
        clock.shift(10 * moved)
        invite(bob, person)
    found = pages(as_bob, f"{INVITED}?page_size=2")
    assert [len(page) for page in found] == [2, 2, 1]
    assert [row["phone_number"] for page in found for row in page] == [
        person.phone_number for person in reversed(people)
    ]


def test_two_queries_list_a_whole_page(
    alice: User,
    bob: User,
    charlie: User,
    as_bob: APIClient,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    invite(bob, alice, charlie)
    with django_assert_max_num_queries(2):
        as_bob.get(INVITED)


@pytest.mark.parametrize("cursor", ["", "x", "\x00", "cD0yMDI2", "WzAsZmFsc2UsbnVsbF0:1abc:def"])
def test_a_cursor_that_is_not_ours_is_refused(as_bob: APIClient, cursor: str) -> None:
    response = as_bob.get(INVITED, {"cursor": cursor})
    assert (response.status_code, response.json()) == (
        400,
        {
            "detail": "The cursor is invalid. Start again from the first page.",
            "code": "invalid_cursor",
        },
    )


@pytest.mark.parametrize("page_size", ["0", "-1", "x", "1.5", "٣", "9" * 400])
def test_a_page_has_a_positive_size(as_bob: APIClient, page_size: str) -> None:
    response = as_bob.get(INVITED, {"page_size": page_size})
    assert (response.status_code, response.json()) == (
        400,
        {"page_size": ["Enter a positive whole number."]},
    )


def test_ones_code_and_the_link_that_carries_it(
    clock: Traveller, bob: User, as_bob: APIClient
) -> None:
    code = bob.invite_codes.get().code
    response = as_bob.get(CODE)
    assert (response.status_code, response.json()) == (
        200,
        {
            "invite_code": code,
            "invite_link": f"http://127.0.0.1:8000/i/{code}/",
            "issued_at": "2026-11-21T09:00:00Z",
        },
    )


@pytest.mark.parametrize("path", [INVITED, CODE])
def test_a_client_that_is_not_signed_in_is_refused(api: APIClient, path: str) -> None:
    response = api.get(path)
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")
