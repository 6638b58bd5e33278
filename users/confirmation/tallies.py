"""Counts of all phone numbers together: failed guesses an hour, SMS a day. Each is exact."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from lib.db import prepared
from users import phone_numbers
from users.models import Tally

FAILED_GUESSES, SMS = "failed_guesses", "sms"
UNLIMITED = 2**31 - 1  # what the column holds


def count_failed_guess() -> None:
    _add(FAILED_GUESSES, timezone.now().replace(minute=0, second=0, microsecond=0))


def is_spraying(now: datetime) -> bool:
    """Whether so many guesses fail, all numbers together, that four digits are unsafe."""
    a_day_ago = now - timedelta(hours=25)  # the oldest hour began before
    return sum(_counts(FAILED_GUESSES, a_day_ago)) > settings.SPRAY_LIMIT


def take_sms(phone_number: str, now: datetime) -> bool:
    """Takes one SMS from the budgets of the day (UTC), of its region and of all.

    Returns False if one of them is spent. An SMS that no gateway takes is given back.
    """
    region, today = _region(phone_number), _day(now)
    if not _add(region, today, settings.SMS_PER_REGION_PER_DAY):
        return False
    if not _add(SMS, today, settings.SMS_PER_DAY):
        _subtract(region, today)
        return False
    return True


def give_back_sms(phone_number: str, taken_at: datetime) -> None:
    """Gives an SMS that was certainly not sent back to the day from which it was taken."""
    _subtract(_region(phone_number), _day(taken_at))
    _subtract(SMS, _day(taken_at))


def happens_once(name: str) -> bool:
    """True for the first caller of all time, however many race; the row is never purged."""
    return _add(name, datetime.max.replace(tzinfo=UTC, microsecond=0), limit=1)


def _region(phone_number: str) -> str:
    return f"{SMS}:{phone_numbers.region(phone_number)}"


def _day(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


@prepared.rows
def _counts(name: str, after: datetime) -> QuerySet[Tally, int]:
    """One an hour, or one a day."""
    return Tally.objects.filter(name=name, since__gt=after).values_list("count", flat=True)


def _add(name: str, since: datetime, limit: int = UNLIMITED) -> bool:
    """Adds one to a tally, exactly, unless it has reached the limit."""
    if _add_to(name, since, limit):
        return True
    try:
        with transaction.atomic():
            Tally.objects.create(name=name, since=since, count=1)
    except IntegrityError:  # it exists: full, or made by a parallel request
        return bool(_add_to(name, since, limit))
    return True


@prepared.update
def _add_to(name: str, since: datetime, limit: int) -> prepared.Change:
    with_room = Tally.objects.filter(name=name, since=since, count__lt=limit)
    return with_room, {"count": F("count") + 1}


@prepared.update
def _subtract(name: str, since: datetime) -> prepared.Change:
    counted = Tally.objects.filter(name=name, since=since, count__gt=0)
    return counted, {"count": F("count") - 1}
