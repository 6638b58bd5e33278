"""What people do with their own account: edit it, move it to another number, close it."""

from typing import Any, NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from referrals import services as referrals
from referrals.models import Activation, InviteCode
from users import audit, phone_numbers
from users.accounts.erasure import erased
from users.client import Client
from users.confirmation import codes, delivery
from users.confirmation.budgets import LONG
from users.exceptions import ConfirmationCodeExpired, PhoneNumberTaken, TokenNotValid
from users.models import AuditEvent, AuditEventType, ConfirmationCode, SignIn, User
from users.sign_ins import signing_in


class PersonalData(NamedTuple):
    profile: User
    sign_ins: QuerySet[SignIn]
    codes: QuerySet[ConfirmationCode]
    invite_codes: QuerySet[InviteCode]
    activation: Activation | None
    events: QuerySet[AuditEvent]


def edit(user: User, **changes: Any) -> None:
    """Changes names, e-mail or avatar; the picture that was there before is removed."""
    with transaction.atomic():
        now = User.objects.lock(user.pk)
        if not now.is_active:
            raise TokenNotValid
        before = now.avatar
        for name, value in changes.items():
            setattr(user, name, _empty(name) if value is None else value)
        user.save(update_fields=list(changes))
        if "avatar" in changes and before:
            transaction.on_commit(lambda: before.delete(save=False))


def _empty(name: str) -> str | None:
    """What null is stored as: itself where the column takes it, otherwise an empty text."""
    nullable = {field.name for field in User._meta.fields if field.null}
    return None if name in nullable else ""


def personal_data(user: User) -> PersonalData:
    """Everything stored about a person, for themselves."""
    return PersonalData(
        profile=user,
        sign_ins=user.sign_ins.order_by("-id"),
        codes=ConfirmationCode.objects.filter(_about(user)).order_by("-id"),
        invite_codes=user.invite_codes.order_by("-id"),
        activation=referrals.activation_of(user),
        events=user.audit_events.order_by("-id"),
    )


def _about(user: User) -> Q:
    """The codes of the user's number since sign-up: earlier codes were another user's."""
    began = user.date_joined - settings.CONFIRMATION_CODE_LIFETIME
    return Q(user=user) | Q(phone_number=user.phone_number, created_at__gte=began)


def request_phone_change(user: User, phone_number: str, client: Client) -> ConfirmationCode:
    """Sends a code of six digits to the new number; only the right code shows if it is taken."""
    return signing_in.request_code(phone_number, client, LONG, user)


def change_phone(
    sign_in: SignIn, phone_number: str, confirmation_code: str, client: Client
) -> None:
    """Moves the account to a number that its owner has proved to have.

    Of two people who race for it the database lets one have it. All other sign-ins
    end, and the old number is told by SMS.
    """
    user = sign_in.user
    code = signing_in.check(phone_number, confirmation_code, client, user)
    with transaction.atomic():
        old = _move(sign_in, code, client)
    if old is None:
        raise PhoneNumberTaken
    user.phone_number = phone_number
    delivery.send_note(code, old)


def _move(sign_in: SignIn, code: ConfirmationCode, client: Client) -> str | None:
    """Uses the code up and moves the account; returns the old number, None if the new is taken.

    A new number that is taken is decided under the lock of its owner, who may be moving too.
    """
    owner = User.objects.filter(phone_number=code.phone_number).values_list("pk", flat=True)
    user = User.objects.lock(sign_in.user_id, *owner)
    if not user.is_active:
        raise ConfirmationCodeExpired  # the account was closed or blocked just now
    codes.use_up(code)
    old: str = user.phone_number
    if not _take_number(user, code.phone_number):
        return None
    ConfirmationCode.objects.live(old).update(live=False)
    user.sign_ins.exclude(pk=sign_in.pk).end()
    audit.record(AuditEventType.PHONE_CHANGED, user=user, phone_number=old, client=client)
    return old


def _take_number(user: User, phone_number: str) -> bool:
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(phone_number=phone_number)
    except IntegrityError:
        return False
    return True


def close(user: User, client: Client) -> None:
    """Closes the account for good: personal data is erased, who invited whom stays.

    Only the user's own activation is deleted, if it is less than 30 days old. The number
    may sign up again as a new user.
    """
    with transaction.atomic():
        user = User.objects.lock(user.pk)
        if user.closed_at:
            return
        avatar = user.avatar
        User.objects.filter(pk=user.pk).update(**erased(User))
        user.groups.clear()
        user.user_permissions.clear()
        _retire_codes(user)
        user.sign_ins.all().end()
        user.sign_ins.update(**erased(SignIn))
        referrals.leave(user)
        _forget_in_trail(user)
        audit.record(AuditEventType.CLOSED, user=User(pk=user.pk))
        transaction.on_commit(lambda: avatar.delete(save=False))


def _retire_codes(user: User) -> None:
    ConfirmationCode.objects.live(user.phone_number).update(live=False)
    ConfirmationCode.objects.live_of(user).update(live=False)
    ConfirmationCode.objects.filter(user=user).update(**erased(ConfirmationCode))


def _forget_in_trail(user: User) -> None:
    """Events of the number from before the account existed are found by its mask."""
    masked = Q(user=None, masked_number=phone_numbers.mask(user.phone_number))
    trail = AuditEvent.objects.filter(Q(user=user) | masked)
    trail.update(**erased(AuditEvent))
