"""What users see about their invitees: a summary in the profile, and statistics."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.utils import timezone

from lib.db import prepared
from lib.db.json_list import Column
from referrals.invited import totals
from referrals.models import Activation, InviteCode, invite_link, invitee_name
from referrals.person import Person

NEWEST_SHOWN = 100  # invitees in the profile; all of them are in the paged listing


class Inviter(NamedTuple):
    id: int
    username: str | None


@dataclass(frozen=True)
class Day:
    date: date
    count: int


class Statistics(NamedTuple):
    total: int
    last_7_days: int
    last_30_days: int
    per_day: list[Day]


class Summary(NamedTuple):
    """A user's part in the referral programme, as the profile shows it."""

    invite_code: str | None  # None after the account is closed
    invite_link: str | None
    activated_invite_code: str | None
    invited_users: list[str]
    invited_users_count: int
    inviter: Inviter | None = None  # only `summaries` sets it


def rows(inviter: Person) -> Iterator[tuple[str | None, datetime]]:
    """All invitees, newest first, for a file; they are never all in memory."""
    newest = Activation.objects.filter(inviter=inviter.pk).order_by("-activated_at", "-id")
    name = invitee_name()
    return newest.values_list(name, "activated_at").iterator(chunk_size=2000)


def summary(user: Person) -> Summary:
    """All that the profile says about referrals, in one query."""
    [row] = _part_of(user.pk)
    return _summary(row)


def summaries(users: Sequence[Person]) -> dict[int, Summary]:
    """The same for many users at once, and who invited each, also in one query."""
    people = get_user_model()._default_manager.filter(pk__in=[user.pk for user in users])
    rows: Any = people.values(
        "pk",
        inviter=F("activation__inviter"),
        inviter_name=F(f"activation__inviter__{get_user_model().USERNAME_FIELD}"),
        **_columns(_newest(of=OuterRef("pk"))),
    )
    return {row["pk"]: _summary(row, _inviter(row)) for row in rows}


def _summary(row: dict[str, Any], inviter: Inviter | None = None) -> Summary:
    code = row["invite_code"]
    return Summary(
        invite_code=code,
        invite_link=code and invite_link(code),
        activated_invite_code=row["activated_invite_code"],
        invited_users=row["invited_users"] or [],
        invited_users_count=row["invited_users_count"],
        inviter=inviter,
    )


def _inviter(row: dict[str, Any]) -> Inviter | None:
    if row["inviter"] is None:
        return None
    return Inviter(id=row["inviter"], username=row["inviter_name"])


@prepared.rows
def _part_of(user: int) -> QuerySet[Any, Any]:
    people = get_user_model()._default_manager.filter(pk=user)
    # The id is a parameter, so that PostgreSQL can tell whether this inviter has many invitees.
    return people.values(**_columns(_newest(of=user)))


def _columns(newest: Column) -> dict[str, Any]:
    """The columns of a summary, by the names of its fields."""
    live = InviteCode.objects.live().filter(owner=OuterRef("pk")).values("code")
    return {
        "invite_code": Subquery(live),
        "activated_invite_code": F("activation__invite_code__code"),
        "invited_users": newest,
        "invited_users_count": totals.invited(),
    }


def _newest(of: Any) -> Column:
    """The names of the newest invitees, of one user or of each user in a queryset."""
    name = invitee_name()
    named = Activation.objects.filter(inviter=of, **{f"{name}__isnull": False})
    return Column(named.order_by("-activated_at", "-id").values(cell=F(name))[:NEWEST_SHOWN])


def statistics(inviter: Person, days: int) -> Statistics:
    """Counts invitees: in total, in the last 7 and 30 days (UTC, with today), and for each day."""
    today = timezone.now().date()
    by_day = _by_day(inviter, today - timedelta(days=max(days, 30) - 1))
    return Statistics(
        total=totals.of(inviter),
        last_7_days=sum(by_day[today - timedelta(days=n)] for n in range(7)),
        last_30_days=sum(by_day[today - timedelta(days=n)] for n in range(30)),
        per_day=[
            Day(day, by_day[day])
            for day in (today - timedelta(days=n) for n in reversed(range(days)))
        ],
    )


def joined_since(inviter: Person, moment: datetime | None) -> int:
    """How many users joined after a moment; 0 without a moment."""
    if moment is None:
        return 0
    return Activation.objects.filter(inviter=inviter.pk, activated_at__gt=moment).count()


def _by_day(inviter: Person, first: date) -> dict[date, int]:
    began = datetime.combine(first, datetime.min.time(), tzinfo=UTC)
    came = Activation.objects.filter(inviter=inviter.pk, activated_at__gte=began)
    days = came.values(day=TruncDate("activated_at")).annotate(count=Count("pk")).order_by()
    return defaultdict(int, {row["day"]: row["count"] for row in days})
