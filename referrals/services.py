"""Issuing, changing and activating invite codes. The user is settings.AUTH_USER_MODEL."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from prometheus_client import Counter

from lib import flood_guard
from lib.db import prepared
from referrals import activations, invite_codes
from referrals.exceptions import (
    AccountNotActive,
    CodeResetTooSoon,
    InviteCodeAlreadyActivated,
    InviteCodeNotFound,
    InviteRightRevoked,
    NoFreeInviteCode,
    OwnInviteCode,
)
from referrals.invited import totals
from referrals.models import Activation, InviteCode
from referrals.person import Person, lock

ACTIVATIONS = Counter("activations", "Invite codes activated, each person once.")
LENGTHS_TO_TRY = (invite_codes.LENGTH,) * 5 + (invite_codes.LONGER_LENGTH,) * 5
RESET_PAUSE = timedelta(days=30)
SETTLED_AFTER = timedelta(days=30)  # an activation outlives its invitee's account


def issue_invite_code(owner: Person) -> InviteCode:
    """Gives the owner their invite code; one who has a live code keeps it.

    Five draws of six symbols, then five of seven: where six have become
    crowded (30 million people), the codes grow by themselves.
    """
    for length in LENGTHS_TO_TRY:
        try:
            with transaction.atomic():
                return InviteCode.objects.create(owner_id=owner.pk, code=invite_codes.draw(length))
        except IntegrityError:
            live = InviteCode.objects.live().filter(owner=owner.pk).first()
            if live is not None:
                return live
    raise NoFreeInviteCode


def reset_invite_code(owner: Person) -> InviteCode:
    """Replaces the owner's code; the old one never works again and is never issued again.

    The first reset is always allowed, another 30 days after the last.
    """
    with transaction.atomic():
        if not lock(owner.pk).is_active:
            raise AccountNotActive
        code = live_invite_code(owner)
        if code.revoked_at is not None:
            raise InviteRightRevoked
        now = timezone.now()
        others = InviteCode.objects.filter(owner=owner.pk).exclude(pk=code.pk)
        if others.exists() and code.issued_at > now - RESET_PAUSE:
            raise CodeResetTooSoon(code.issued_at + RESET_PAUSE - now)
        InviteCode.objects.filter(pk=code.pk).update(retired_at=now)
        return issue_invite_code(owner)


def live_invite_code(owner: Person) -> InviteCode:
    """The live code of an owner; an owner without one is issued a new code.

    A request that began before its account was closed is refused.
    """
    for code in InviteCode.objects.live().filter(owner=owner.pk):
        return code
    with transaction.atomic():
        if not lock(owner.pk).is_active:
            raise AccountNotActive
        return issue_invite_code(owner)


def activate(
    invitee: Person, invite_code: str, address: str | None = None
) -> tuple[Activation, bool]:
    """Records the code that the invitee activated; returns the activation and if it is new.

    Once in a lifetime: the same code again returns the first activation, any
    other code is refused. `invite_code` is already normalised; `address` is where
    the request came from, for the guard against guessing.
    """
    mine = activation_of(invitee)
    if mine is not None:
        return _replay(mine, invite_code), False
    flood_guard.check("wrong_invite_codes_of_a_user", invitee.pk)
    activation = activations.record(invitee, invite_code)
    if activation is None:
        return _not_recorded(invitee, invite_code, address), False
    ACTIVATIONS.inc()
    return activation, True


def _not_recorded(invitee: Person, invite_code: str, address: str | None) -> Activation:
    """Raises the reason, unless a parallel request of the same user was faster."""
    mine = activation_of(invitee)
    if mine is not None:
        return _replay(mine, invite_code)
    theirs = InviteCode.objects.open().filter(code=invite_code).first()
    if theirs is None:
        _count_wrong(invitee, address)
        raise InviteCodeNotFound
    if theirs.owner_id == invitee.pk:
        raise OwnInviteCode
    raise AccountNotActive


def _count_wrong(invitee: Person, address: str | None) -> None:
    """Counts a wrong code, for the user even where the address has no guess left.

    Only a wrong code meets the limit of the address: a right one is never refused for what
    other users guessed there.
    """
    flood_guard.count("wrong_invite_codes_of_a_user", invitee.pk)
    flood_guard.check("wrong_invite_codes", address)
    flood_guard.count("wrong_invite_codes", address)


def void(activation: Activation) -> bool:
    """Deletes an activation and uncounts it; False if it was deleted before."""
    with transaction.atomic():
        lock(activation.invitee_id)
        return _delete(activation)


def _delete(activation: Activation) -> bool:
    deleted, _ = Activation.objects.filter(pk=activation.pk).delete()
    if deleted:
        totals.subtract(activation)
    return bool(deleted)


def revoke_invite_right(owner: Person) -> bool:
    """The owner keeps the live code, but it cannot be activated.

    The caller holds the lock of the owner, here and in the two that follow.
    """
    live = InviteCode.objects.live().filter(owner=owner.pk, revoked_at=None)
    return bool(live.update(revoked_at=timezone.now()))


def restore_invite_right(owner: Person) -> bool:
    live = InviteCode.objects.live().filter(owner=owner.pk, revoked_at__isnull=False)
    return bool(live.update(revoked_at=None))


def leave(user: Person) -> None:
    """Retires the code of a user who closes the account, for ever.

    Their own activation stays and goes on counting, unless it is younger than 30
    days: or one SIM card could add ten invitees a day.
    """
    now = timezone.now()
    InviteCode.objects.live().filter(owner=user.pk).update(retired_at=now)
    mine = activation_of(user)
    if mine is not None and mine.activated_at > now - SETTLED_AFTER:
        _delete(mine)


def activation_of(invitee: Person) -> Activation | None:
    return next(iter(_activations_of(invitee.pk)), None)


@prepared.rows
def _activations_of(invitee: int) -> QuerySet[Activation]:
    return Activation.objects.select_related("invite_code").filter(invitee=invitee)


def _replay(mine: Activation, invite_code: str) -> Activation:
    if mine.invite_code.code != invite_code:
        raise InviteCodeAlreadyActivated
    return mine
