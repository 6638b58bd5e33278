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
        now = _locked(user)
        if now.closed_at:
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
    """The codes of their number since the one they signed up with: before, it was another's."""
    began = user.date_joined - settings.CONFIRMATION_CODE_LIFETIME
    return Q(user=user) | Q(phone_number=user.phone_number, created_at__gte=began)


def request_phone_change(user: User, phone_number: str, client: Client) -> ConfirmationCode:
    """Sends a code of six digits to the new number; whether it is taken shows only later."""
    return signing_in.request_code(phone_number, client, LONG, user)


def change_phone(
    sign_in: SignIn, phone_number: str, confirmation_code: str, client: Client
) -> None:
    """Moves the account to a number that its owner has proved to have.

    Of two people who race for it the database lets one have it. All other sign-ins
    end, and the old number is told by SMS.
    """
    user, old = sign_in.user, sign_in.user.phone_number
    code = signing_in.check(phone_number, confirmation_code, client, user)
    codes.use_up(code)
    try:
        with transaction.atomic():
            mine = User.objects.filter(pk=user.pk, closed_at=None)
            if not mine.update(phone_number=phone_number):
                raise ConfirmationCodeExpired  # the account was closed just now
            ConfirmationCode.objects.live(old).update(live=False)
            user.sign_ins.exclude(pk=sign_in.pk).end()
            audit.record(AuditEventType.PHONE_CHANGED, user=user, phone_number=old, client=client)
    except IntegrityError as error:
        raise PhoneNumberTaken from error
    user.phone_number = phone_number
    delivery.send_note(code, old)


def close(user: User, client: Client) -> None:
    """Closes the account for good: all that is personal is erased, who invited whom stays.

    Only an activation of their own younger than 30 days goes with the account. The
    number may sign up again as somebody new.
    """
    with transaction.atomic():
        user = _locked(user)
        avatar = user.avatar
        _retire_codes(user)
        _forget_in_trail(user)
        if not _erase(user):
            return
        user.groups.clear()
        user.user_permissions.clear()
        user.sign_ins.all().end()
        user.sign_ins.update(**erased(SignIn))
        referrals.leave(user)
        audit.record(AuditEventType.CLOSED, user=User(pk=user.pk))
        transaction.on_commit(lambda: avatar.delete(save=False))


def _locked(user: User) -> User:
    """The row as it is now; another request may have changed it since this one began."""
    return User.objects.select_for_update().get(pk=user.pk)


def _retire_codes(user: User) -> None:
    ConfirmationCode.objects.live(user.phone_number).update(live=False)
    ConfirmationCode.objects.live_of(user).update(live=False)
    ConfirmationCode.objects.filter(user=user).update(**erased(ConfirmationCode))


def _forget_in_trail(user: User) -> None:
    """What happened to the number before anybody knew whose it was is found by its mask."""
    masked = Q(user=None, masked_number=phone_numbers.mask(user.phone_number))
    trail = AuditEvent.objects.filter(Q(user=user) | masked)
    trail.update(**erased(AuditEvent))


def _erase(user: User) -> bool:
    """Clears the row; False if it was closed before."""
    return bool(User.objects.filter(pk=user.pk, closed_at=None).update(**erased(User)))
