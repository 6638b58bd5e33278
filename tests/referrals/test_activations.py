"""The statement that records an activation allows what the rules of the models allow."""

from typing import Any

import pytest
from django.utils import timezone

from referrals import activations
from referrals.exceptions import AccountNotActive, OwnInviteCode
from referrals.models import Activation, InviteCode
from referrals.services import activate, live_invite_code
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("of_code", "of_owner"),
    [
        ({}, {}),
        ({"retired_at": timezone.now()}, {}),
        ({"revoked_at": timezone.now()}, {}),
        ({}, {"is_active": False}),
    ],
)
def test_it_takes_the_codes_that_are_open(
    alice: User, bob: User, of_code: dict[str, Any], of_owner: dict[str, Any]
) -> None:
    code = live_invite_code(bob)
    InviteCode.objects.filter(pk=code.pk).update(**{"code": code.code} | of_code)
    User.objects.filter(pk=bob.pk).update(**{"is_staff": False} | of_owner)
    is_open = InviteCode.objects.open().filter(pk=code.pk).exists()
    assert (activations.record(alice, code.code) is not None) is is_open
    assert Activation.objects.exists() is is_open


def test_what_it_returns_is_what_it_wrote(alice: User, bob: User) -> None:
    returned = activations.record(alice, live_invite_code(bob).code)
    stored = Activation.objects.select_related("invite_code").get()
    assert returned == stored
    assert returned.activated_at == stored.activated_at
    assert (returned.inviter, returned.invite_code) == (bob, live_invite_code(bob))
    assert returned.invite_code.code == stored.invite_code.code


def test_it_writes_one_activation_of_a_person(alice: User, bob: User, charlie: User) -> None:
    activations.record(alice, live_invite_code(bob).code)
    assert activations.record(alice, live_invite_code(charlie).code) is None
    assert Activation.objects.get().inviter == bob


def test_a_person_who_was_blocked_a_moment_ago_activates_nothing(alice: User, bob: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    with pytest.raises(AccountNotActive):
        activate(alice, live_invite_code(bob).code)
    assert not Activation.objects.exists()


def test_nobody_activates_their_own_code(alice: User) -> None:
    with pytest.raises(OwnInviteCode):
        activate(alice, live_invite_code(alice).code)
