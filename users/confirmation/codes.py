"""Confirmation codes: issued, checked, used up; each step is one statement.

The digits are never stored. They are derived from the row under a key of its own, so
neither the database nor a queue holds anything that opens an account.
"""

import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language

from lib.db import prepared
from users import keys, phone_numbers
from users.confirmation import budgets, tallies
from users.confirmation.budgets import Grant
from users.exceptions import (
    CodeRequestedTooSoon,
    ConfirmationCodeExpired,
    InvalidConfirmationCode,
    TokenNotValid,
)
from users.models import ConfirmationCode, ConfirmationCodeQuerySet, Delivery, Purpose, User

CLOCKS_DIFFER = timedelta(seconds=1)  # the clock of a worker may be behind that of a web server
NO_GATEWAY = "none: a test number"


def issue(phone_number: str, length: int, user: User | None = None) -> ConfirmationCode:
    """Decides what a number may have, makes way for it, and writes the row of the code.

    The code signs in the owner of the number; with `user` it moves that user's account to
    it. However many ask at once, the unique index of live codes lets one through.
    """
    now = timezone.now()
    try:
        with transaction.atomic():
            if user and not User.objects.lock(user.pk).is_active:
                raise TokenNotValid  # the account was closed or blocked just now
            is_test = phone_numbers.test_code(phone_number) is not None
            granted = budgets.grant(phone_number, is_test, length, user, now)
            _make_way(phone_number, user, granted, now)
            return _create(phone_number, user, granted, now)
    except IntegrityError as error:
        raise _too_soon(phone_number, user, now) from error


def check(phone_number: str, digits: str, user: User | None = None) -> ConfirmationCode:
    """Compares the digits with the live code, after the attempt is paid.

    Fifty parallel guesses get three comparisons. Never call it inside a
    transaction: a rollback would give the attempt back.
    """
    code = _sent(phone_number, user)
    if code is None or _is_too_short_now(code):
        raise ConfirmationCodeExpired
    if code.is_test:
        budgets.refuse_spent_test_number(phone_number)
    if not _pay(code.pk, settings.CONFIRMATION_CODE_ATTEMPTS, timezone.now()):
        raise ConfirmationCodeExpired
    if not constant_time_compare(_fixed_digits(code) or derive(code), digits):
        tallies.count_failed_guess()
        raise InvalidConfirmationCode(_attempts_left(code))
    return code


def use_up(code: ConfirmationCode) -> None:
    """Marks a right code as used; of twenty parallel requests with it, one succeeds.

    None does once the code was retired: by a change of number, an unblocking, a closing.
    """
    if not _mark_used(code.pk, timezone.now()):
        raise ConfirmationCodeExpired


def proof_length(code: ConfirmationCode) -> int:
    """How many digits a used code proves; a test number's are no proof."""
    return 0 if code.is_test else code.length


def derive(code: ConfirmationCode) -> str:
    """Returns the digits: HMAC-SHA256 of the row, the whole number modulo 10^length."""
    row = f"{code.purpose}:{code.user_id or ''}:{code.phone_number}:{code.nonce}"
    number = int.from_bytes(hmac.digest(_key(code), row.encode(), "sha256"))
    return str(number % 10**code.length).zfill(code.length)


def _fixed_digits(code: ConfirmationCode) -> str | None:
    """A test number's own digits; none after the end date, even of a code asked for before."""
    return phone_numbers.test_code(code.phone_number) if code.is_test else None


def _key(code: ConfirmationCode) -> bytes:
    """The key that the code was issued under; without that key the code has expired."""
    for key in keys.derive("codes"):
        if keys.name(key) == code.key_id:
            return key
    raise ConfirmationCodeExpired


def _sent(phone_number: str, user: User | None) -> ConfirmationCode | None:
    if user:
        return _live(phone_number, user).filter(phone_number=phone_number).first()
    return next(iter(_for_signing_in(phone_number)), None)


@prepared.rows
def _for_signing_in(phone_number: str) -> QuerySet[ConfirmationCode]:
    return ConfirmationCode.objects.live(phone_number)


def _live(phone_number: str, user: User | None) -> ConfirmationCodeQuerySet:
    codes = ConfirmationCode.objects
    return codes.live_of(user) if user else codes.live(phone_number)


def _make_way(phone_number: str, user: User | None, granted: Grant, now: datetime) -> None:
    """Retires the live code, if its pause is over or if it is too short now."""
    is_over = Q(created_at__lte=now - granted.pause) | Q(length=granted.too_short)
    _live(phone_number, user).filter(is_over).update(live=False)


def _is_too_short_now(code: ConfirmationCode) -> bool:
    return code.length == budgets.SHORT and tallies.is_spraying(timezone.now())


def _create(
    phone_number: str, user: User | None, granted: Grant, now: datetime
) -> ConfirmationCode:
    return ConfirmationCode.objects.create(
        phone_number=phone_number,
        purpose=Purpose.PHONE_CHANGE if user else Purpose.SIGN_IN,
        user=user,
        nonce=secrets.token_hex(16),
        key_id=keys.name(keys.derive("codes")[0]),
        length=granted.length,
        is_test=granted.is_test,
        delivery=Delivery.SENT if granted.is_test else Delivery.QUEUED,
        gateway=NO_GATEWAY if granted.is_test else "",
        language=get_language() or "en",
        created_at=now,
        due_at=now - CLOCKS_DIFFER,
        expires_at=now + settings.CONFIRMATION_CODE_LIFETIME,
    )


def _too_soon(phone_number: str, user: User | None, now: datetime) -> CodeRequestedTooSoon:
    live = _live(phone_number, user).first()
    elapsed = now - live.created_at if live else settings.CONFIRMATION_CODE_PAUSE
    return CodeRequestedTooSoon(wait=settings.CONFIRMATION_CODE_PAUSE - elapsed)


@prepared.update
def _pay(pk: int, most: int, now: datetime) -> prepared.Change:
    live = ConfirmationCode.objects.filter(pk=pk, live=True)
    return live.filter(attempts__lt=most, expires_at__gt=now), {"attempts": F("attempts") + 1}


@prepared.update
def _mark_used(pk: int, now: datetime) -> prepared.Change:
    unused = ConfirmationCode.objects.filter(pk=pk, live=True, used_at=None)
    return unused, {"used_at": now, "live": False}


def _attempts_left(code: ConfirmationCode) -> int:
    code.refresh_from_db(fields=["attempts"])
    return settings.CONFIRMATION_CODE_ATTEMPTS - code.attempts
