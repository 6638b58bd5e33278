"""The page of a user in the administration: its actions and its links."""

import pytest
from django.test import Client

from referrals.models import Activation
from referrals.services import activate
from tests.administration import as_staff, do, page
from tests.conftest import BOB, HERE
from users.accounts import own
from users.admin import actions
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return as_staff()


@pytest.fixture
def activation(alice: User, bob: User) -> Activation:
    return activate(alice, bob.invite_codes.get().code)[0]


def offered(client: Client, person: User) -> list[str]:
    person_page = client.get(page(User, "change", person)).context["person_page"]
    return [action.name for action in person_page.actions]


def test_it_offers_the_actions_that_are_possible(client: Client, alice: User) -> None:
    assert offered(client, alice) == ["block", "end_sign_ins", "revoke_invite_right"]
    do(client, actions.BLOCK, alice)
    do(client, actions.REVOKE, alice)
    assert offered(client, alice) == ["unblock", "end_sign_ins", "restore_invite_right"]
    own.close(User.objects.get(pk=alice.pk), HERE)
    assert offered(client, alice) == []


def test_a_closed_account_still_shows_who_invited_whom(
    client: Client, bob: User, activation: Activation
) -> None:
    own.close(bob, HERE)
    response = client.get(page(User, "change", bob))
    assert BOB not in response.text
    assert list(response.context["person_page"].invited) == [activation]


def test_inviter_and_invitee_lead_to_each_other(client: Client, activation: Activation) -> None:
    inviter, invitee = activation.inviter, activation.invitee
    assert page(User, "change", invitee) in client.get(page(User, "change", inviter)).text
    assert page(User, "change", inviter) in client.get(page(User, "change", invitee)).text


def test_the_people_invited_come_in_pages(
    client: Client,
    alice: User,
    bob: User,
    charlie: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("users.admin.person_page.INVITED_PER_PAGE", 1)
    for invitee in (alice, charlie):
        activate(invitee, bob.invite_codes.get().code)
    path = page(User, "change", bob)
    pages = [client.get(path, {"invited": number}) for number in ("", "2", "9", "x")]
    shown = [[row.invitee for row in response.context["person_page"].invited] for response in pages]
    assert shown == [[charlie], [alice], [alice], [charlie]]
    assert "?invited=2#invited" in pages[0].text
