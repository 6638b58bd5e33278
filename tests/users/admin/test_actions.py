"""What an administrator does to people: asked once more, done, written down."""

from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from pytest_django import Settings

from referrals.models import Activation
from referrals.services import activate
from tests.administration import LOGIN, ROOT, as_staff, page, told
from tests.conftest import ALICE, BOB, HERE, sign_in
from users.accounts import own
from users.admin import actions
from users.models import AuditEvent, Event, SignIn, User

pytestmark = pytest.mark.django_db

ACTS = [actions.BLOCK, actions.UNBLOCK, actions.END_SIGN_INS, actions.REVOKE, actions.RESTORE]

every_act = pytest.mark.parametrize("action", ACTS, ids=lambda action: action.name)


@pytest.fixture
def client() -> Client:
    return as_staff()


@pytest.fixture
def activation(alice: User, bob: User) -> Activation:
    return activate(alice, bob.invite_codes.get().code)[0]


def choose(client: Client, action: actions.StaffAction, *rows: Model, **answer: str) -> Any:
    """Chooses an action for rows of a list; with an answer to the question that follows."""
    chosen = {"action": action.name, "_selected_action": [row.pk for row in rows], **answer}
    response = client.post(page(type(rows[0]), "changelist"), chosen, follow=True)
    assert response.status_code == 200
    return response


def do(client: Client, action: actions.StaffAction, *rows: Model) -> Any:
    reason = {"reason": "Asked for by the person"} if action.has_reason else {}
    return choose(client, action, *rows, confirmed="True", **reason)


def events() -> list[Any]:
    theirs = AuditEvent.objects.exclude(actor=None).order_by("pk")
    return list(theirs.values_list("event", "user", "details"))


def test_every_act_of_the_list_is_asked_and_done(client: Client) -> None:
    response = client.get(page(User, "changelist"))
    choices = dict(response.context["action_form"].fields["action"].choices)
    assert [name for name in choices if name] == [action.name for action in ACTS]


@every_act
def test_an_act_is_asked_once_more_and_nothing_is_done(
    client: Client, alice: User, bob: User, action: actions.StaffAction
) -> None:
    response = choose(client, action, alice, bob)
    assert response.templates[0].name == "admin/confirm_action.html"
    assert str(action.explanation) in response.text
    assert "+7••••••0001" in response.text
    assert ("reason" in response.context["form"].fields) is action.has_reason
    assert events() == []


@every_act
def test_an_act_on_one_person_leads_to_their_page(
    client: Client, alice: User, action: actions.StaffAction
) -> None:
    response = do(client, action, alice)
    assert response.redirect_chain[-1][0] == page(User, "change", alice)
    assert told(response) == [str(action.done) % alice]


@pytest.mark.parametrize("action", [actions.BLOCK, actions.UNBLOCK], ids=lambda action: action.name)
@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "a\0b"])
def test_there_must_be_a_reason(
    client: Client, alice: User, action: actions.StaffAction, reason: str
) -> None:
    response = choose(client, action, alice, confirmed="True", reason=reason)
    assert response.context["form"].errors.keys() == {"reason"}
    assert events() == []


def test_block_and_unblock(client: Client, alice: User, bob: User) -> None:
    sign_in(ALICE)
    response = do(client, actions.BLOCK, alice, bob)
    assert response.redirect_chain[-1][0] == page(User, "changelist")
    assert not User.objects.filter(pk__in=[alice.pk, bob.pk], is_active=True).exists()
    assert not alice.sign_ins.live().exists()
    do(client, actions.UNBLOCK, alice)
    assert User.objects.get(pk=alice.pk).is_active
    why = {"reason": "Asked for by the person"}
    assert sorted(events()[:2]) == sorted([("blocked", p.pk, why) for p in (alice, bob)])
    assert events()[2:] == [("unblocked", alice.pk, why)]


def test_end_all_sign_ins(client: Client, alice: User) -> None:
    sign_in(ALICE)
    do(client, actions.END_SIGN_INS, alice)
    assert not alice.sign_ins.live().exists()
    assert SignIn.objects.live().count() == 1  # the administrator's
    assert events() == [(Event.SIGN_INS_ENDED, alice.pk, {"ended": 1})]


def test_revoke_and_restore_the_right_to_invite(client: Client, alice: User) -> None:
    do(client, actions.REVOKE, alice)
    assert alice.invite_codes.get().revoked_at
    do(client, actions.RESTORE, alice)
    assert alice.invite_codes.get().revoked_at is None
    assert [event for event, *_rest in events()] == [
        "invite_right_revoked",
        "invite_right_restored",
    ]


def test_void_an_activation(client: Client, alice: User, activation: Activation) -> None:
    assert "Void" in choose(client, actions.VOID, activation).text
    assert Activation.objects.exists()
    response = do(client, actions.VOID, activation)
    assert not Activation.objects.exists()
    assert response.redirect_chain[-1][0] == page(Activation, "changelist")
    [(event, whose, details)] = events()
    assert (event, whose) == ("activation_voided", alice.pk)
    assert details["inviter"] == activation.inviter_id


def test_who_cannot_be_blocked_is_named_and_the_others_are_blocked(
    client: Client, alice: User
) -> None:
    root = User.objects.create_superuser(ROOT)
    myself = User.objects.get(is_staff=True, is_superuser=False)
    refused = "You cannot block yourself or a superuser."
    assert sorted(told(do(client, actions.BLOCK, root, myself, alice))) == sorted(
        [f"{root}: {refused}", f"{myself}: {refused}", f"Blocked: {alice}"]
    )
    assert list(User.objects.filter(is_active=False)) == [alice]


def test_where_everybody_is_refused_nothing_is_said_to_be_done(client: Client) -> None:
    root = User.objects.create_superuser(ROOT)
    response = do(client, actions.BLOCK, root)
    assert told(response) == [f"{root}: You cannot block yourself or a superuser."]
    assert events() == []


def test_an_act_is_for_a_hundred_people_and_no_more(
    client: Client, monkeypatch: pytest.MonkeyPatch, alice: User, bob: User
) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    response = do(client, actions.BLOCK, alice, bob)
    assert told(response) == ["Choose at most 1."]
    assert User.objects.filter(pk__in=[alice.pk, bob.pk], is_active=True).count() == 2


@every_act
def test_nobody_else_acts(alice: User, action: actions.StaffAction) -> None:
    client = Client()
    client.force_login(alice)
    chosen = {"action": action.name, "_selected_action": [alice.pk], "confirmed": "True"}
    response = client.post(page(User, "changelist"), chosen)
    assert response["Location"].startswith(LOGIN)
    assert events() == []


def offered(client: Client, person: User) -> list[str]:
    person_page = client.get(page(User, "change", person)).context["person_page"]
    return [action.name for action in person_page.actions]


def test_the_page_of_a_person_offers_what_can_be_done(client: Client, alice: User) -> None:
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


def test_the_page_links_both_ways(client: Client, activation: Activation) -> None:
    inviter, invitee = activation.inviter, activation.invitee
    assert page(User, "change", invitee) in client.get(page(User, "change", inviter)).text
    assert page(User, "change", inviter) in client.get(page(User, "change", invitee)).text


def test_the_people_invited_come_in_pages(
    client: Client,
    settings: Settings,
    alice: User,
    bob: User,
    charlie: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("users.admin.person_page.INVITED_ON_A_PAGE", 1)
    for invitee in (alice, charlie):
        activate(invitee, bob.invite_codes.get().code)
    path = page(User, "change", bob)
    pages = [client.get(path, {"invited": number}) for number in ("", "2", "9", "x")]
    shown = [[row.invitee for row in response.context["person_page"].invited] for response in pages]
    assert shown == [[charlie], [alice], [alice], [charlie]]
    assert "?invited=2#invited" in pages[0].text
