"""One's own invite code in a browser: the picture, and another code."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from time_machine import Traveller

from referrals.models import InviteCode
from tests.browsers import browser_of, text, told
from users.models import User

pytestmark = pytest.mark.django_db

QR, CHANGE, PROFILE = "/code/qr.svg", "/code/change/", "/profile/"


def test_the_qr_code_is_downloaded_as_a_file(bob: User) -> None:
    code = bob.invite_codes.get()
    response = browser_of(bob).get(QR)
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Content-Disposition"] == f'attachment; filename="invite-{code}.svg"'
    assert response.content.startswith(b"<?xml")
    assert code.invite_link.encode() in response.content


def test_opening_the_page_changes_nothing(bob: User) -> None:
    code = bob.invite_codes.get()
    page = browser_of(bob).get(CHANGE)
    assert code.code in text(page)
    assert "never work again" in text(page)
    assert bob.invite_codes.get() == code


def test_changing_the_code_leads_to_the_profile_with_the_new_one(bob: User) -> None:
    old = bob.invite_codes.get()
    response = browser_of(bob).post(CHANGE, follow=True)
    new = InviteCode.objects.live().get(owner=bob)
    assert response.redirect_chain == [(PROFILE, 302)]
    assert told(response) == [f"Your invite code is {new} now. The old one no longer works."]
    assert new != old


def test_a_second_change_too_soon_is_refused_in_words(clock: Traveller, bob: User) -> None:
    client = browser_of(bob)
    client.post(CHANGE)
    client.get(PROFILE)
    code = InviteCode.objects.live().get(owner=bob)
    response = client.post(CHANGE, follow=True)
    assert response.redirect_chain == [(CHANGE, 302)]
    assert told(response) == [
        "You have changed your invite code in the last 30 days. Try again in 1\xa0month."
    ]
    assert InviteCode.objects.live().get(owner=bob) == code


def test_a_user_whose_right_to_invite_was_revoked_is_told_so(bob: User) -> None:
    bob.invite_codes.update(revoked_at=timezone.now())
    client = browser_of(bob)
    page = text(client.get(CHANGE))
    assert "Your right to invite was revoked" in page
    assert "<button class=" not in page
    assert told(client.post(CHANGE, follow=True)) == [
        "Your right to invite was revoked. Contact the administrator."
    ]
    page = text(client.get(PROFILE))
    assert "this code cannot be activated now" in page
    assert "t.me" not in page


@pytest.mark.parametrize("path", [QR, CHANGE])
def test_a_visitor_is_sent_to_sign_in(client: Client, path: str) -> None:
    assert client.get(path).headers["Location"] == f"/sign-in/?next={path}"


def test_no_other_site_changes_a_code(bob: User) -> None:
    client = browser_of(bob, enforce_csrf_checks=True)
    assert client.post(CHANGE).status_code == 403
    assert bob.invite_codes.count() == 1


def test_the_page_is_translated_into_russian(bob: User) -> None:
    page: Any = browser_of(bob).get(CHANGE, headers={"Accept-Language": "ru"})
    assert (page.status_code, '<html lang="ru">' in text(page)) == (200, True)
