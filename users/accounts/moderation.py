"""What an administrator does to an account. Every act is audited with who did it."""

from typing import Any

from django.db import transaction

from referrals import services as referrals
from referrals.models import Activation
from users import audit
from users.exceptions import CannotBlock
from users.models import AuditEventType, ConfirmationCode, User


def block(user: User, by: User, reason: str = "") -> None:
    """Shuts a person out at once: sign-ins end, and the invite code is refused.

    A code that is on its way opens nothing any more: whoever enters it right is
    told of the block.
    """
    if user.is_superuser or user == by:
        raise CannotBlock
    with transaction.atomic():
        if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            audit.record(AuditEventType.BLOCKED, user=user, actor=by, reason=reason)
        user.sign_ins.all().end()


def unblock(user: User, by: User, reason: str = "") -> None:
    """Lets a person in again, with the same invite code; ended sign-ins stay ended."""
    blocked = User.objects.filter(pk=user.pk, is_active=False, closed_at=None)
    with transaction.atomic():
        if blocked.update(is_active=True):
            ConfirmationCode.objects.live(user.phone_number).update(live=False)
            why: dict[str, Any] = {"reason": reason} if reason else {}
            audit.record(AuditEventType.UNBLOCKED, user=user, actor=by, **why)


def end_sign_ins(user: User, by: User) -> None:
    """Ends every sign-in of a person."""
    ended = user.sign_ins.all().end()
    audit.record(AuditEventType.SIGN_INS_ENDED, user=user, actor=by, ended=ended)


def revoke_invite_right(user: User, by: User) -> None:
    """The account lives and its code is still shown to it, but the code is refused."""
    if referrals.revoke_invite_right(user):
        audit.record(AuditEventType.INVITE_RIGHT_REVOKED, user=user, actor=by)


def restore_invite_right(user: User, by: User) -> None:
    if referrals.restore_invite_right(user):
        audit.record(AuditEventType.INVITE_RIGHT_RESTORED, user=user, actor=by)


def void_activation(activation: Activation, by: User) -> None:
    """Takes a mistaken activation back, so that the person may activate once more."""
    with transaction.atomic():
        if referrals.void(activation):
            audit.record(
                AuditEventType.ACTIVATION_VOIDED,
                user=activation.invitee,
                actor=by,
                invite_code=activation.invite_code.code,
                inviter=activation.inviter_id,
                activated_at=activation.activated_at.isoformat(),
            )
