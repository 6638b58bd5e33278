"""Cursor pages, walked as a client walks them: by their links."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from referrals.models import Activation, InviteCode
from users.models import User

pytestmark = pytest.mark.django_db

INVITED = "/api/v1/referrals/invited/"


def invite(inviter: User, people: int, at_once: int = 1) -> list[str]:
    """Invitees who activate the code, `at_once` of them at the same moment; newest first."""
    [code] = InviteCode.objects.filter(owner=inviter)
    numbers = [f"+7999{number:07}" for number in range(1_000_000, 1_000_000 + people)]
    invitees = User.objects.bulk_create(User(phone_number=number) for number in numbers)
    now = timezone.now()
    Activation.objects.bulk_create(
        Activation(
            invitee=invitee,
            inviter=inviter,
            invite_code=code,
            activated_at=now + timedelta(microseconds=index // at_once),
        )
        for index, invitee in enumerate(invitees)
    )
    return numbers[::-1]


def walk(client: APIClient, url: str | None, direction: str) -> Iterator[dict[str, Any]]:
    """The pages from this one on."""
    while url:
        page = client.get(url).json()
        yield page
        url = page[direction]


def numbers_on(page: dict[str, Any]) -> list[str]:
    return [invited["phone_number"] for invited in page["results"]]


@pytest.mark.parametrize("at_once", [1, 3, 100, 120, 250])
@pytest.mark.parametrize("page_size", [100, 7])
def test_the_pages_hold_every_invitee_once_newest_first(
    as_bob: APIClient, bob: User, at_once: int, page_size: int
) -> None:
    invitees = invite(bob, 250, at_once)
    pages = list(walk(as_bob, f"{INVITED}?page_size={page_size}", "next"))
    assert [number for page in pages for number in numbers_on(page)] == invitees
    assert {len(page["results"]) for page in pages[:-1]} == {page_size}
    assert pages[0]["previous"] is None


@pytest.mark.parametrize("at_once", [1, 3, 100, 120, 250])
@pytest.mark.parametrize("page_size", [100, 7])
def test_the_way_back_holds_every_invitee_once_too(
    as_bob: APIClient, bob: User, at_once: int, page_size: int
) -> None:
    invitees = invite(bob, 250, at_once)
    *_, last = walk(as_bob, f"{INVITED}?page_size={page_size}", "next")
    pages = [last, *walk(as_bob, last["previous"], "previous")]
    assert [number for page in reversed(pages) for number in numbers_on(page)] == invitees


def test_without_invitees_there_is_one_empty_page(as_bob: APIClient) -> None:
    assert as_bob.get(INVITED).json() == {"next": None, "previous": None, "results": []}


def test_100_are_on_a_page_unless_asked_otherwise(as_bob: APIClient, bob: User) -> None:
    invitees = invite(bob, 101)
    assert numbers_on(as_bob.get(INVITED).json()) == invitees[:100]


def test_a_page_holds_at_most_1000(as_bob: APIClient, bob: User) -> None:
    invitees = invite(bob, 1_001)
    first = as_bob.get(INVITED, {"page_size": 999_999}).json()
    assert numbers_on(first) == invitees[:1_000]
    assert numbers_on(as_bob.get(first["next"]).json()) == invitees[1_000:]


def test_an_invitee_who_comes_meanwhile_moves_no_other(
    as_bob: APIClient, bob: User, alice: User
) -> None:
    invitees = invite(bob, 20)
    first = as_bob.get(INVITED, {"page_size": 10}).json()
    code = InviteCode.objects.get(owner=bob)
    later = timezone.now() + timedelta(hours=1)
    Activation.objects.create(invitee=alice, inviter=bob, invite_code=code, activated_at=later)
    assert numbers_on(as_bob.get(first["next"]).json()) == invitees[10:]


def test_links_start_with_the_address_of_the_site(
    as_bob: APIClient, bob: User, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://referrals.example"
    invite(bob, 3)
    first = as_bob.get(INVITED, {"page_size": 1}, HTTP_HOST="evil.example").json()
    second = as_bob.get(first["next"], HTTP_HOST="evil.example").json()
    for link in (first["next"], second["next"], second["previous"]):
        assert link.startswith(f"https://referrals.example{INVITED}?")
        assert "page_size=1" in link
        assert "evil" not in link


def test_a_closed_invitee_has_no_number(as_bob: APIClient, bob: User) -> None:
    [number] = invite(bob, 1)
    closed = User.objects.filter(phone_number=number)
    closed.update(phone_number=None, closed_at=timezone.now(), is_active=False)
    [invited] = as_bob.get(INVITED).json()["results"]
    assert invited["phone_number"] is None
    assert invited["activated_at"].endswith("Z")


def test_a_cursor_of_another_user_shows_ones_own_invitees(
    as_bob: APIClient, as_alice: APIClient, bob: User
) -> None:
    invite(bob, 2)
    following = as_bob.get(INVITED, {"page_size": 1}).json()["next"]
    assert as_alice.get(INVITED).json()["results"] == []
    assert as_alice.get(following).json()["results"] == []


def test_a_deep_page_costs_as_much_as_the_first(
    as_bob: APIClient, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    invite(bob, 30)
    with django_assert_num_queries(6):  # the sign-in and the page, three times
        assert len(list(walk(as_bob, f"{INVITED}?page_size=10", "next"))) == 3
