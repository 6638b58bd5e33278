"""What staff do to people: confirmed, done, audited."""

from typing import Any

import pytest
from django.test import Client

from referrals.models import Activation
from referrals.services import activate
from tests.administration import LOGIN, ROOT, as_staff, choose, do, page, told
from tests.conftest import ALICE, HERE, sign_in
from users.accounts import moderation, own
from users.admin import actions
from users.models import AuditEvent, AuditEventType, SignIn, User

pytestmark = pytest.mark.django_db

ACTIONS = [actions.BLOCK, actions.UNBLOCK, actions.END_SIGN_INS, actions.REVOKE, actions.RESTORE]

every_action = pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)


@pytest.fixture
def client() -> Client:
    return as_staff()


@pytest.fixture
def activation(alice: User, bob: User) -> Activation:
    return activate(alice, bob.invite_codes.get().code)[0]


def events() -> list[Any]:
    theirs = AuditEvent.objects.exclude(actor=None).order_by("pk")
    return list(theirs.values_list("event", "user", "details"))


def test_the_list_offers_every_action(client: Client) -> None:
    response = client.get(page(User, "changelist"))
    choices = dict(response.context["action_form"].fields["action"].choices)
    assert [name for name in choices if name] == [action.name for action in ACTIONS]


@every_action
def test_an_action_is_confirmed_before_anything_is_done(
    client: Client, alice: User, bob: User, action: actions.StaffAction
) -> None:
    response = choose(client, action, alice, bob)
    assert response.templates[0].name == "admin/confirm_action.html"
    assert str(action.explanation) in response.text
    assert "+7••••••0001" in response.text
    assert ("reason" in response.context["form"].fields) is action.has_reason
    assert events() == []


@every_action
def test_an_action_on_one_person_leads_to_their_page(
    client: Client, alice: User, action: actions.StaffAction
) -> None:
    response = do(client, action, alice)
    assert response.redirect_chain[-1][0] == page(User, "change", alice)
    assert told(response) == [str(action.done) % alice]


@pytest.mark.parametrize(
    "action",
    [actions.BLOCK, actions.UNBLOCK, actions.REVOKE, actions.RESTORE],
    ids=lambda action: action.name,
)
def test_nothing_is_said_to_be_done_to_a_closed_account(
    client: Client, alice: User, action: actions.StaffAction
) -> None:
    own.close(alice, HERE)
    assert told(do(client, action, alice)) == [f"Not changed: — (№ {alice.pk})"]
    assert events() == []


def test_an_activation_voided_before_is_not_said_to_be_voided(
    client: Client, activation: Activation
) -> None:
    root = User.objects.create_superuser(ROOT)
    assert moderation.void_activation(activation, by=root) is True
    assert moderation.void_activation(activation, by=root) is False


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
    assert events() == [(AuditEventType.SIGN_INS_ENDED, alice.pk, {"ended": 1})]


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


def test_users_who_cannot_be_blocked_are_named_and_the_others_are_blocked(
    client: Client, alice: User
) -> None:
    root = User.objects.create_superuser(ROOT)
    myself = User.objects.get(is_staff=True, is_superuser=False)
    refused = "You cannot block yourself or a superuser."
    assert sorted(told(do(client, actions.BLOCK, root, myself, alice))) == sorted(
        [f"{root}: {refused}", f"{myself}: {refused}", f"Blocked: {alice}"]
    )
    assert list(User.objects.filter(is_active=False)) == [alice]


def test_where_every_user_is_refused_no_success_is_reported(client: Client) -> None:
    root = User.objects.create_superuser(ROOT)
    response = do(client, actions.BLOCK, root)
    assert told(response) == [f"{root}: You cannot block yourself or a superuser."]
    assert events() == []


def test_an_action_takes_at_most_a_hundred_users(
    client: Client, monkeypatch: pytest.MonkeyPatch, alice: User, bob: User
) -> None:
    monkeypatch.setattr(actions, "MOST_ROWS", 1)
    response = do(client, actions.BLOCK, alice, bob)
    assert told(response) == ["Choose at most 1."]
    assert User.objects.filter(pk__in=[alice.pk, bob.pk], is_active=True).count() == 2


@every_action
def test_only_staff_may_run_it(alice: User, action: actions.StaffAction) -> None:
    client = Client()
    client.force_login(alice)
    chosen = {"action": action.name, "_selected_action": [alice.pk], "confirmed": "True"}
    response = client.post(page(User, "changelist"), chosen)
    assert response["Location"].startswith(LOGIN)
    assert events() == []
