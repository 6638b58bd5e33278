"""Finds users among millions: every kind of search uses an index.

It compares ranges instead of using LIKE, because both databases serve them from an
ordinary index, whatever the collation.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Lower, Reverse
from phonenumbers import country_code_for_region, ndd_prefix_for_region

from lib.db import keyset
from referrals import invite_codes
from referrals.invited.summaries import summaries
from users import phone_numbers
from users.models import User

DIGIT = re.compile(r"[0-9]")


def people(text: str) -> QuerySet[User]:
    """The users with this phone number or its first or last digits, this name, e-mail
    address or invite code; all users for an empty text.
    """
    text = text.replace("\x00", "").strip()
    if not text:
        return User.objects.all()
    if "@" in text:
        return _where(email=text)
    invite_code = invite_codes.normalise(text)
    if invite_code:
        return User.objects.filter(invite_codes__code=invite_code)
    if any(character.isalpha() for character in text.lower().removeprefix("tel:")):
        return _named(*text.split()[:2])
    return _numbered(text)


def find(
    search: str = "",
    joined_after: datetime | None = None,
    joined_before: datetime | None = None,
    **flags: bool,
) -> QuerySet[User]:
    """The users that `people` finds, filtered by the date they joined and by flags."""
    found = people(search).filter(**flags)
    if joined_after:
        found = found.filter(date_joined__gte=joined_after)
    if joined_before:
        found = found.filter(date_joined__lt=joined_before)
    return found


def with_referrals(users: Sequence[User]) -> Sequence[User]:
    """Adds to each user their part in the referral programme, in one query for all."""
    parts = summaries(users)
    for user in users:
        user.referrals = parts[user.pk]
    return users


def _where(**values: str) -> QuerySet[User]:
    """The users whose fields have these values in upper or lower case.

    SQLite lowers only ASCII, hence the other spellings, for Анна and АННА.
    """
    lower = {f"lower_{field}": Lower(field) for field in values}
    wanted = {
        f"lower_{field}__in": [value.lower(), value.title(), value.upper()]
        for field, value in values.items()
    }
    return User.objects.alias(**lower).filter(**wanted)


def _named(one: str, other: str | None = None) -> QuerySet[User]:
    if other is None:
        return _where(first_name=one) | _where(last_name=one)
    return _where(first_name=one, last_name=other) | _where(first_name=other, last_name=one)


def _numbered(text: str) -> QuerySet[User]:
    try:
        return User.objects.filter(phone_number=phone_numbers.normalise(text))
    except phone_numbers.Refused as refused:
        whole = User.objects.filter(phone_number=refused.e164 or "")
    digits = "".join(DIGIT.findall(text))
    if not digits:
        return whole
    found = whole | _starting("phone_number", f"+{digits}")
    if text.startswith("+"):
        return found
    found |= _starting("phone_number", _beginning_at_home(digits))
    return found | _starting("backwards", digits[::-1])


def _beginning_at_home(digits: str) -> str:
    """A number dialled as 8 999 … or 999 … begins with +7999."""
    region = settings.PHONENUMBER_DEFAULT_REGION
    country = str(country_code_for_region(region))
    if digits.startswith(country):
        return f"+{digits}"
    dialled_first = ndd_prefix_for_region(region, True) or ""
    return f"+{country}{digits.removeprefix(dialled_first)}"


def _starting(field: str, digits: str) -> QuerySet[User]:
    people = User.objects.alias(backwards=Reverse("phone_number"))
    return people.filter(keyset.starting_with(field, digits))
