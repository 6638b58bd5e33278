"""People in numbers, for staff: found by indexes, shown in a bounded number of queries."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from referrals.invited.summaries import summaries
from users.accounts.search import people as search_people
from users.models import User


def find(
    search: str = "",
    joined_after: datetime | None = None,
    joined_before: datetime | None = None,
    **flags: bool,
) -> QuerySet[User]:
    """Returns whom `users.accounts.search` finds, narrowed by when they joined and by flags."""
    found = search_people(search).filter(**flags)
    if joined_after:
        found = found.filter(date_joined__gte=joined_after)
    if joined_before:
        found = found.filter(date_joined__lt=joined_before)
    return found


def with_referrals(users: Sequence[User]) -> Sequence[User]:
    """Gives each their part in the referral programme, all of them in one query."""
    parts = summaries(users)
    for user in users:
        user.referrals = parts[user.pk]
    return users
