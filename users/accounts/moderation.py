"""What an administrator does to an account. Every act is audited with who did it.

Each is decided under the locks of the user and of the administrator, and returns whether the
account is now as it was asked to be: a closed account stays as it is.
"""

from typing import Any

from django.db import transaction

from referrals import services as referrals
from referrals.models import Activation
from users import audit
from users.exceptions import CannotBlock
from users.models import AuditEventType, ConfirmationCode, User


def block(user: User, by: User, reason: str = "") -> bool:
    """Blocks a user at once: sign-ins end, and the invite code is refused.

    A confirmation code that was sent before opens nothing: the right code is answered
    with `account_blocked`.
    """
    with transaction.atomic():
        user = User.objects.lock(user.pk, by.pk)
        if user.is_superuser or user == by:
            raise CannotBlock
        if user.is_active:
            User.objects.filter(pk=user.pk).update(is_active=False)
            audit.record(AuditEventType.BLOCKED, user=user, actor=by, reason=reason)
        user.sign_ins.all().end()
    return not user.closed_at


def unblock(user: User, by: User, reason: str = "") -> bool:
    """Unblocks a user, with the same invite code; ended sign-ins stay ended."""
    with transaction.atomic():
        user = User.objects.lock(user.pk, by.pk)
        if not user.is_active and not user.closed_at:
            User.objects.filter(pk=user.pk).update(is_active=True)
            ConfirmationCode.objects.live(user.phone_number).update(live=False)
            why: dict[str, Any] = {"reason": reason} if reason else {}
            audit.record(AuditEventType.UNBLOCKED, user=user, actor=by, **why)
    return not user.closed_at


def end_sign_ins(user: User, by: User) -> bool:
    """Ends every sign-in of a user."""
    with transaction.atomic():
        user = User.objects.lock(user.pk, by.pk)
        ended = user.sign_ins.all().end()
        audit.record(AuditEventType.SIGN_INS_ENDED, user=user, actor=by, ended=ended)
    return True


def revoke_invite_right(user: User, by: User) -> bool:
    """The account stays open and still shows its code, but the code cannot be activated."""
    with transaction.atomic():
        user = User.objects.lock(user.pk, by.pk)
        if referrals.revoke_invite_right(user):
            audit.record(AuditEventType.INVITE_RIGHT_REVOKED, user=user, actor=by)
    return not user.closed_at


def restore_invite_right(user: User, by: User) -> bool:
    with transaction.atomic():
        user = User.objects.lock(user.pk, by.pk)
        if referrals.restore_invite_right(user):
            audit.record(AuditEventType.INVITE_RIGHT_RESTORED, user=user, actor=by)
    return not user.closed_at


def void_activation(activation: Activation, by: User) -> bool:
    """Deletes a mistaken activation, so that the invitee may activate another code."""
    with transaction.atomic():
        user = User.objects.lock(activation.invitee_id, by.pk)
        is_voided = referrals.void(activation)
        if is_voided:
            audit.record(
                AuditEventType.ACTIVATION_VOIDED,
                user=user,
                actor=by,
                invite_code=activation.invite_code.code,
                inviter=activation.inviter_id,
                activated_at=activation.activated_at.isoformat(),
            )
    return is_voided
