"""The budgets that make four digits safe. They live in the database and survive everything.

A take-over by guessing stays under 0.1 % in any 24 hours and 5 % in any 365 days
(`make attack` proves it), and a spent budget locks nobody out: the next codes have
six digits instead. Every number is a setting.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Case, Count, F, Min, Q, QuerySet, Sum, When
from django.utils import timezone

from lib.db import prepared
from users import phone_numbers
from users.exceptions import TooManyCodes
from users.models import ConfirmationCode, Tally, User

HOUR, DAY, MONTH = timedelta(hours=1), timedelta(days=1), timedelta(days=30)
SHORT, LONG = 4, 6  # digits of a code
FAILED_GUESSES, SMS = "failed_guesses", "sms"
NOTHING_SPENT = {"codes_in_hour": 0, "codes_in_day": 0, "failed_in_day": 0, "failed_in_month": 0}
UNLIMITED = 2**31 - 1  # what the column holds


def next_length(phone_number: str, asked: int, now: datetime) -> int:
    """Returns how many digits a number's next code has; refuses one code too many.

    Four digits are given only while both windows of failed guesses have room
    for all of a code's attempts. Runs in the transaction that inserts the code:
    the unique index of live codes makes the count exact under parallel requests.
    """
    spent = _spent(phone_number, now)
    _refuse_one_too_many(spent, now)
    room = min(
        settings.FAILED_GUESSES_PER_DAY - spent["failed_in_day"],
        settings.FAILED_GUESSES_PER_MONTH - spent["failed_in_month"],
    )
    if room < settings.CONFIRMATION_CODE_ATTEMPTS or is_spraying(now):
        return LONG
    return asked


def take_turns(phone_number: str) -> None:
    """Lets one transaction at a time ask for a code for a number, whatever its purpose.

    The unique indexes do it for each purpose alone. On SQLite writers take turns anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [phone_number])


def refuse_restless(user: User, now: datetime) -> None:
    """Five codes for changing the phone number a day, whatever the numbers."""
    today = ConfirmationCode.objects.filter(user=user, created_at__gt=now - DAY, charged=True)
    first, count = today.aggregate(first=Min("created_at"), count=Count("pk")).values()
    if count >= settings.PHONE_CHANGE_CODES_PER_DAY:
        raise TooManyCodes(wait=first + DAY - now)


def refuse_spent_test_number(phone_number: str) -> None:
    """A test number has no other budget: after 9 failed guesses in 24 hours it rests."""
    now = timezone.now()
    spent = _spent(phone_number, now)
    if spent["failed_in_day"] >= settings.FAILED_GUESSES_PER_DAY:
        raise TooManyCodes(wait=spent["first_failed"] + DAY - now)


def is_spraying(now: datetime) -> bool:
    """Whether so many guesses fail, all numbers together, that four digits are unsafe."""
    return sum(_tallies(FAILED_GUESSES, now - DAY - HOUR)) > settings.SPRAY_LIMIT


@prepared.rows
def _tallies(name: str, after: datetime) -> QuerySet[Tally, int]:
    """One an hour, or one a day."""
    return Tally.objects.filter(name=name, since__gt=after).values_list("count", flat=True)


def count_failed_guess() -> None:
    _add(FAILED_GUESSES, timezone.now().replace(minute=0, second=0, microsecond=0))


def take_sms(phone_number: str) -> bool:
    """Takes one SMS from today's budgets (UTC), of its region and of all; False if one is spent."""
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    region = f"{SMS}:{phone_numbers.region(phone_number)}"
    return _add(region, today, settings.SMS_PER_REGION_PER_DAY) and _add(
        SMS, today, settings.SMS_PER_DAY
    )


def happens_once(name: str) -> bool:
    """True for the first caller of all time, however many race; the row is never purged."""
    return _add(name, datetime.max.replace(tzinfo=UTC, microsecond=0), limit=1)


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


def _refuse_one_too_many(spent: dict[str, Any], now: datetime) -> None:
    waits = []
    if spent["codes_in_hour"] >= settings.CODES_PER_HOUR:
        waits.append(spent["first_in_hour"] + HOUR - now)
    if spent["codes_in_day"] >= settings.CODES_PER_DAY:
        waits.append(spent["first_in_day"] + DAY - now)
    if waits:
        raise TooManyCodes(wait=max(waits))


def _add(name: str, since: datetime, limit: int = UNLIMITED) -> bool:
    """Adds one to a tally, exactly, unless it has reached the limit."""
    if _add_to(name, since, limit):
        return True
    try:
        with transaction.atomic():
            Tally.objects.create(name=name, since=since, count=1)
    except IntegrityError:  # it exists: full, or made by somebody else just now
        return bool(_add_to(name, since, limit))
    return True


@prepared.update
def _add_to(name: str, since: datetime, limit: int) -> prepared.Change:
    roomy = Tally.objects.filter(name=name, since=since, count__lt=limit)
    return roomy, {"count": F("count") + 1}
