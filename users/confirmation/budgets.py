"""What one phone number may have: how many codes, and of how many digits.

These budgets make four digits safe. They live in the database and survive everything. A
take-over by guessing stays under 0.1 % in any 24 hours and 5 % in any 365 days (`make attack`
proves it), and a spent budget locks no user out: the next codes have six digits instead.
Every number is a setting.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Case, Count, F, Min, Q, QuerySet, Sum, When
from django.utils import timezone

from lib.db import prepared
from users.confirmation import tallies
from users.exceptions import TooManyCodes
from users.models import ConfirmationCode, User

HOUR, DAY, MONTH = timedelta(hours=1), timedelta(days=1), timedelta(days=30)
SHORT, LONG = 4, 6  # digits of a code
NOTHING_SPENT = {"codes_in_hour": 0, "codes_in_day": 0, "failed_in_day": 0, "failed_in_month": 0}


class Grant(NamedTuple):
    """What a number may have now; decided once, when a code is asked for."""

    length: int  # digits
    pause: timedelta  # how old the live code must be before another takes its place
    too_short: int = 0  # digits of a live code that is no longer compared, whatever its age
    is_test: bool = False


def grant(
    phone_number: str, is_test: bool, asked_length: int, user: User | None, now: datetime
) -> Grant:
    """Decides what the number's next code is like; refuses one code too many.

    Runs in the transaction that inserts the code and lets one transaction at a time ask for
    a number, so the counts are exact under parallel requests.
    """
    _take_turns(phone_number)
    if user:
        _refuse_too_many_changes(user, now)
    if is_test:
        refuse_spent_test_number(phone_number)
        return Grant(LONG, pause=timedelta(0), is_test=True)
    spent = _spent(phone_number, now)
    _refuse_too_many(spent, now)
    is_spraying = tallies.is_spraying(now)
    return Grant(
        LONG if is_spraying or _has_no_room_for_short(spent) else asked_length,
        pause=settings.CONFIRMATION_CODE_PAUSE,
        too_short=SHORT if is_spraying else 0,
    )


def refuse_spent_test_number(phone_number: str) -> None:
    """A test number has no other budget: after 9 failed guesses in 24 hours it is refused."""
    now = timezone.now()
    spent = _spent(phone_number, now)
    if spent["failed_in_day"] >= settings.FAILED_GUESSES_PER_DAY:
        raise TooManyCodes(wait=spent["first_failed"] + DAY - now)


def _take_turns(phone_number: str) -> None:
    """Locks the number, whatever the purpose of the code.

    A unique index of live codes does so for one purpose alone. SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [phone_number])


def _refuse_too_many_changes(user: User, now: datetime) -> None:
    """Five codes a day for changing one user's phone number, whatever the numbers."""
    today = ConfirmationCode.objects.filter(user=user, created_at__gt=now - DAY, charged=True)
    first, count = today.aggregate(first=Min("created_at"), count=Count("pk")).values()
    if count >= settings.PHONE_CHANGE_CODES_PER_DAY:
        raise TooManyCodes(wait=first + DAY - now)


def _refuse_too_many(spent: dict[str, Any], now: datetime) -> None:
    waits = []
    if spent["codes_in_hour"] >= settings.CODES_PER_HOUR:
        waits.append(spent["first_in_hour"] + HOUR - now)
    if spent["codes_in_day"] >= settings.CODES_PER_DAY:
        waits.append(spent["first_in_day"] + DAY - now)
    if waits:
        raise TooManyCodes(wait=max(waits))


def _has_no_room_for_short(spent: dict[str, Any]) -> bool:
    """Four digits need room for all of a code's attempts in both windows of failed guesses."""
    room = min(
        settings.FAILED_GUESSES_PER_DAY - spent["failed_in_day"],
        settings.FAILED_GUESSES_PER_MONTH - spent["failed_in_month"],
    )
    return bool(room < settings.CONFIRMATION_CODE_ATTEMPTS)


def _spent(phone_number: str, now: datetime) -> dict[str, Any]:
    """What a number has used up, in one query over its codes of a month (at most 300)."""
    began = now - MONTH - settings.CONFIRMATION_CODE_LIFETIME
    found = _codes_of(phone_number, began, now - MONTH, now - DAY, now - HOUR)
    return found[0] if found else NOTHING_SPENT


@prepared.rows
def _codes_of(
    phone_number: str, began: datetime, month_ago: datetime, day_ago: datetime, hour_ago: datetime
) -> QuerySet[ConfirmationCode, dict[str, Any]]:
    failed = F("attempts") - Case(When(used_at=None, then=0), default=1)
    in_hour = Q(created_at__gt=hour_ago, charged=True)
    in_day = Q(created_at__gt=day_ago, charged=True)
    guessed_in_day = Q(expires_at__gt=day_ago)
    codes = ConfirmationCode.objects.filter(phone_number=phone_number, created_at__gt=began)
    return (
        codes.alias(failed=failed)
        .values("phone_number")
        .annotate(
            codes_in_hour=Count("pk", filter=in_hour),
            codes_in_day=Count("pk", filter=in_day),
            first_in_hour=Min("created_at", filter=in_hour),
            first_in_day=Min("created_at", filter=in_day),
            failed_in_day=Sum("failed", filter=guessed_in_day, default=0),
            failed_in_month=Sum("failed", filter=Q(expires_at__gt=month_ago), default=0),
            first_failed=Min("expires_at", filter=guessed_in_day & Q(failed__gt=0)),
        )
    )
