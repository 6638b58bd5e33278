"""The profile in a browser."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from time_machine import Traveller

from referrals.models import Activation
from referrals.services import activate
from tests.browsers import browser_of, text
from users.models import User

pytestmark = pytest.mark.django_db

PROFILE = "/profile/"


def come(inviter: User, number: int, days_ago: float = 0) -> User:
    person = User.objects.create_user(f"+7999100{number:04}")
    mine, _ = activate(person, inviter.invite_codes.get().code)
    moment = timezone.now() - timedelta(days=days_ago)
    Activation.objects.filter(pk=mine.pk).update(activated_at=moment)
    return person


def figures(page: Any) -> list[str]:
    [part] = re.findall(r'<ul class="figures">(.*?)</ul>', text(page))
    return [" ".join(re.sub(r"<[^>]+>", "", item).split()) for item in part.split("</li>")[:-1]]


def test_the_page_shows_my_code_and_every_way_to_share_it(bob: User) -> None:
    code = bob.invite_codes.get()
    page = text(browser_of(bob).get(PROFILE))
    link = f"http://127.0.0.1:8000/i/{code}/"
    in_query = f"http%3A%2F%2F127.0.0.1%3A8000%2Fi%2F{code}%2F"
    invitation = f"I%20invite%20you.%20Here%20is%20my%20invite%20code%3A%20{code}"
    assert f'id="invite-code">{code}<' in page
    assert f'href="{link}"' in page
    assert f'href="https://t.me/share/url?url={in_query}&amp;text={invitation}"' in page
    assert f'href="https://wa.me/?text={invitation}%20{in_query}"' in page
    assert page.count('target="_blank" rel="noopener noreferrer"') == 2
    assert 'role="img" aria-label="QR code of your invite link"' in page


def test_nothing_in_the_page_is_inline(bob: User) -> None:
    come(bob, 1)
    page = text(browser_of(bob).get(PROFILE))
    assert not re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]* src=)", page)


def test_a_user_is_greeted_by_name(alice: User, bob: User) -> None:
    User.objects.filter(pk=alice.pk).update(first_name="Alice <3")
    assert "<h1>Hello, Alice &lt;3</h1>" in text(browser_of(alice).get(PROFILE))
    assert "<h1>Your profile</h1>" in text(browser_of(bob).get(PROFILE))


def test_the_code_i_activated_or_the_form_for_it(clock: Traveller, alice: User, bob: User) -> None:
    client = browser_of(alice)
    code = bob.invite_codes.get().code
    client.get(f"/i/{code}/")
    page = text(client.get(PROFILE))
    assert 'action="/activate/"' in page
    assert f'value="{code}"' in page
    activate(alice, code)
    page = text(client.get(PROFILE))
    assert 'action="/activate/"' not in page
    assert f'<strong class="code">{code}</strong>' in page
    assert '<time datetime="2026-11-21T09:00:00+00:00">Nov. 21, 2026, 9 a.m. UTC</time>' in page


def test_invitees_are_counted_by_week_and_month(clock: Traveller, bob: User) -> None:
    for number, days_ago in enumerate([0, 0, 6, 7, 29, 30, 400]):
        come(bob, number, days_ago)
    page = browser_of(bob).get(PROFILE)
    assert figures(page) == ["7 people in all", "3 this week", "5 this month"]
    sentence = "5 people joined in the last 30 days. The busiest day was 21 November, with 2."
    assert f'role="img" aria-label="{sentence}"' in text(page)
    assert '<th scope="row">21 November</th><td>2</td>' in text(page)
    assert text(page).count("<rect ") == 30


def test_one_invitee_is_counted_in_the_singular(bob: User) -> None:
    come(bob, 1)
    page = browser_of(bob).get(PROFILE)
    assert figures(page) == ["1 person in all", "1 this week", "1 this month"]
    assert "1 person joined in the last 30 days. The busiest day was " in text(page)


def test_without_invitees_there_is_no_chart(bob: User) -> None:
    page = text(browser_of(bob).get(PROFILE))
    assert "<rect " not in page
    assert "Nobody has activated your code yet." in page
    come(bob, 1, days_ago=40)
    page = text(browser_of(bob).get(PROFILE))
    assert "<rect " not in page
    assert "No one joined in the last 30 days." in page


def test_the_newest_are_listed_with_masked_numbers(bob: User) -> None:
    come(bob, 1)
    page = text(browser_of(bob).get(PROFILE))
    assert "+7••••••0001" in page
    assert "+79991000001" not in page


def test_a_visitor_is_sent_to_sign_in(client: Client, bob: User) -> None:
    assert client.get(PROFILE).headers["Location"] == f"/sign-in/?next={PROFILE}"
    assert "no-store" in browser_of(bob).get(PROFILE)["Cache-Control"]


def test_in_russian_dates_are_russian(clock: Traveller, bob: User) -> None:
    come(bob, 1)
    page = text(browser_of(bob).get(PROFILE, headers={"Accept-Language": "ru"}))
    assert '<html lang="ru">' in page
    assert "21 ноября 2026 г. 9:00 UTC" in page


@pytest.mark.parametrize("people", [1, 30])
def test_a_profile_takes_eight_queries(
    bob: User, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser_of(bob)
    client = browser_of(bob)
    for number in range(people):
        come(bob, number)
    # The session, the user, the code, the activation, two for the figures, the news, the list
    with django_assert_num_queries(8):
        client.get(PROFILE)
