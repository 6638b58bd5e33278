"""How people sign in."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from lib import flood_guard
from lib.db import prepared
from users import audit
from users.client import Client
from users.confirmation import codes, delivery, tallies
from users.confirmation.budgets import SHORT
from users.exceptions import AccountBlocked, ConfirmationCodeExpired, InvalidConfirmationCode
from users.models import AuditEventType, ConfirmationCode, SignIn, User
from users.sign_ins import sign_ins


def request_code(
    phone_number: str, client: Client, code_length: int = SHORT, user: User | None = None
) -> ConfirmationCode:
    """Sends a confirmation code to a phone number, known or not.

    With `user` the code moves that user's account to the number.
    """
    flood_guard.check("codes", client.ip_address)
    flood_guard.count("codes", client.ip_address)
    code = codes.issue(phone_number, code_length, user)
    audit.record(AuditEventType.CODE_REQUESTED, phone_number=phone_number, user=user, client=client)
    if code.is_test:
        return code
    if tallies.take_sms(phone_number, code.created_at):
        delivery.send_out(code)
    else:
        delivery.refuse_over_budget(code)
    return code


def sign_in(phone_number: str, confirmation_code: str, client: Client) -> tuple[SignIn, bool]:
    """Returns the sign-in that a right code opens, and whether it created the account.

    The check runs outside the transaction, so that no refusal undoes it.
    """
    code = check(phone_number, confirmation_code, client)
    with transaction.atomic():
        # The user before the code: whatever is written about an account locks in this order.
        user, is_new = find_or_sign_up(phone_number)
        is_admitted = _admit(user.pk, phone_number, timezone.now())
        if not is_admitted and not _is_blocked(user, phone_number):
            raise ConfirmationCodeExpired  # the account was closed or moved just now
        codes.use_up(code)
        proof = codes.proof_length(code)
        opened = is_admitted and sign_ins.open_sign_in(user, proof, client)
        if opened:
            audit.record(
                AuditEventType.SIGNED_IN, user=user, client=client, sign_in=opened.pk, is_new=is_new
            )
        else:
            audit.record(AuditEventType.SIGN_IN_REFUSED, user=user, client=client)
    if not opened:
        raise AccountBlocked
    return opened, is_new


def _is_blocked(user: User, phone_number: str) -> bool:
    now = User.objects.lock(user.pk)
    return now.phone_number == phone_number and not now.is_active


def find_or_sign_up(phone_number: str) -> tuple[User, bool]:
    """Returns the user with this number, and whether this call created the account."""
    for user in _known(phone_number):
        return user, False
    try:
        with transaction.atomic():
            user = User.objects.create_user(phone_number)
            _promote_the_first(user)
            return user, True
    except IntegrityError:
        [user] = _known(phone_number)
        return user, False


@prepared.rows
def _known(phone_number: str) -> QuerySet[User]:
    return User.objects.filter(phone_number=phone_number)


def check(
    phone_number: str, confirmation_code: str, client: Client, user: User | None = None
) -> ConfirmationCode:
    """Returns the live code if these are its digits; a wrong guess counts in every budget."""
    flood_guard.check("failed_guesses", client.ip_address)
    try:
        return codes.check(phone_number, confirmation_code, user)
    except InvalidConfirmationCode as refusal:
        flood_guard.count("failed_guesses", client.ip_address)
        exhausted = refusal.extra["attempts_left"] == 0
        event = AuditEventType.CODE_EXHAUSTED if exhausted else AuditEventType.CODE_REFUSED
        audit.record(event, phone_number=phone_number, user=user, client=client)
        raise


def _promote_the_first(user: User) -> None:
    """Makes the first user a superuser, if FIRST_USER_IS_ADMIN is set."""
    if not settings.FIRST_USER_IS_ADMIN or User.objects.exclude(pk=user.pk).exists():
        return
    if tallies.happens_once("first_admin"):
        user.is_staff = user.is_superuser = True
        user.save(update_fields=["is_staff", "is_superuser"])


@prepared.update
def _admit(user: int, phone_number: str, now: datetime) -> prepared.Change:
    # The update is the lock of the user's row: it waits for a block or a change of number in
    # progress and looks again, so no sign-in opens beside it.
    admitted = User.objects.filter(pk=user, phone_number=phone_number, is_active=True)
    return admitted, {"last_login": now}
