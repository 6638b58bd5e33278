"""Who joined since the last visit."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from time_machine import Traveller

from referrals.services import activate
from tests.browsers import browser_of, text
from tests.conftest import HERE
from users.models import SignIn, User
from users.sign_ins import sign_ins

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PROFILE = "/profile/"
MINUTE, HOUR = 60, 3600  # seconds


def come(inviter: User, number: int) -> None:
    activate(User.objects.create_user(f"+7999100{number:04}"), inviter.invite_codes.get().code)


def news(client: Client) -> Any:
    found = re.search(
        r"<strong> ?([^<]*since your last visit\.) ?</strong>", text(client.get(PROFILE))
    )
    return found and found[1]


def test_the_first_visit_ever_has_no_news(clock: Traveller, bob: User) -> None:
    come(bob, 1)
    client = browser_of(bob)
    assert news(client) is None
    clock.shift(MINUTE)
    come(bob, 2)
    assert news(client) is None


def test_who_joined_while_somebody_was_away_is_news(clock: Traveller, bob: User) -> None:
    client = browser_of(bob)
    clock.shift(MINUTE)
    come(bob, 1)
    clock.shift(HOUR)
    assert news(client) == "1 person joined since your last visit."
    come(bob, 2)
    assert news(client) == "2 people joined since your last visit."


def test_the_news_stay_while_the_visit_lasts(clock: Traveller, bob: User) -> None:
    client = browser_of(bob)
    clock.shift(HOUR)
    come(bob, 1)
    for _ in range(5):
        assert news(client) == "1 person joined since your last visit."
        clock.shift(29 * MINUTE)


def test_after_half_an_hour_without_a_page_another_visit_begins(
    clock: Traveller, bob: User
) -> None:
    client = browser_of(bob)
    clock.shift(HOUR)
    come(bob, 1)
    clock.shift(MINUTE)
    assert news(client) == "1 person joined since your last visit."
    clock.shift(31 * MINUTE)
    assert news(client) is None


def test_any_page_is_part_of_a_visit(clock: Traveller, bob: User) -> None:
    client = browser_of(bob)
    clock.shift(MINUTE)
    come(bob, 1)
    clock.shift(HOUR)
    client.get("/invited/")
    clock.shift(20 * MINUTE)
    assert news(client) == "1 person joined since your last visit."


def test_a_new_sign_in_goes_on_from_the_one_used_last(clock: Traveller, bob: User) -> None:
    used_last = sign_ins.open_sign_in(bob, 4, HERE)
    clock.shift(HOUR)
    come(bob, 1)
    clock.shift(HOUR)
    SignIn.objects.filter(pk=used_last.pk).update(last_used_at=timezone.now())
    sign_ins.open_sign_in(bob, 4, HERE)
    clock.shift(HOUR)
    come(bob, 2)
    SignIn.objects.filter(pk=used_last.pk).end()
    assert news(browser_of(bob)) == "1 person joined since your last visit."


def test_others_signing_in_are_no_visit_of_mine(alice: User, bob: User, clock: Traveller) -> None:
    sign_ins.open_sign_in(alice, 4, HERE)
    clock.shift(HOUR)
    come(bob, 1)
    assert news(browser_of(bob)) is None


def test_the_session_is_not_written_on_each_request(clock: Traveller, bob: User) -> None:
    client = browser_of(bob)
    kept = Session.objects.get().session_data
    for _ in range(4):
        clock.shift(MINUTE)
        client.get(PROFILE)
    assert Session.objects.get().session_data == kept
