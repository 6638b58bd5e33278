"""Who came: what a person is shown of those they invited."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.utils import timezone

from lib.db import prepared
from lib.db.json_list import Column
from referrals.invited import totals
from referrals.models import Activation, InviteCode, Person, invite_link, invitee_name

# Somebody's code, the code that they activated, the newest whom they invited, and how many.
Part = tuple[str | None, str | None, list[str] | None, int]
NEWEST_SHOWN = 100  # invitees in the profile; all of them are in the paged listing


class Inviter(NamedTuple):
    id: int
    username: str | None


class Statistics(NamedTuple):
    total: int
    last_7_days: int
    last_30_days: int
    per_day: list[dict[str, Any]]


class Summary(NamedTuple):
    """A person's part in the programme, as their profile shows it."""

    invite_code: str | None  # none once the account is closed
    invite_link: str | None
    activated_invite_code: str | None
    invited_users: list[str]
    invited_users_count: int
    inviter: Inviter | None = None  # only of `summaries`


def rows(inviter: Person) -> Iterator[tuple[str | None, datetime]]:
    """Everyone who activated this person's code, newest first, for a file: never all in memory."""
    newest = Activation.objects.filter(inviter=inviter).order_by("-activated_at", "-id")
    name = invitee_name()
    return newest.values_list(name, "activated_at").iterator(chunk_size=2000)


def summary(user: Person) -> Summary:
    """All that the profile says of referrals, in one query."""
    [part] = _part_of(user.pk)
    return _summary(*part)


def summaries(users: Sequence[Person]) -> dict[int, Summary]:
    """The same for many people at once, and who invited them: one query too."""
    people = get_user_model()._default_manager.filter(pk__in=[user.pk for user in users])
    name = f"activation__inviter__{get_user_model().USERNAME_FIELD}"
    columns = ("pk", "activation__inviter", name, *_part(_newest(of=OuterRef("pk"))))
    return {
        pk: _summary(*part)._replace(inviter=Inviter(inviter, name) if inviter else None)
        for pk, inviter, name, *part in people.values_list(*columns)
    }


def _summary(
    code: str | None, activated: str | None, newest: list[str] | None, count: int
) -> Summary:
    return Summary(code, code and invite_link(code), activated, newest or [], count)


@prepared.rows
def _part_of(user: int) -> QuerySet[Any, Part]:
    people = get_user_model()._default_manager.filter(pk=user)
    # Named, so that PostgreSQL knows whether it is somebody popular.
    return people.values_list(*_part(_newest(of=user)))


def _part(newest: Column) -> tuple[Any, ...]:
    live = InviteCode.objects.live().filter(owner=OuterRef("pk")).values("code")
    return Subquery(live), F("activation__invite_code__code"), newest, totals.invited()


def _newest(of: Any) -> Column:
    """The names of somebody's newest invitees, or of those of each of a queryset of people."""
    name = invitee_name()
    named = Activation.objects.filter(inviter=of, **{f"{name}__isnull": False})
    return Column(named.order_by("-activated_at", "-id").values(cell=F(name))[:NEWEST_SHOWN])


def statistics(inviter: Person, days: int) -> Statistics:
    """How many came: in all, in the last 7 and 30 days (UTC, today included), and day by day."""
    today = timezone.now().date()
    by_day = _by_day(inviter, today - timedelta(days=max(days, 30) - 1))
    return Statistics(
        total=totals.of(inviter),
        last_7_days=sum(by_day[today - timedelta(days=n)] for n in range(7)),
        last_30_days=sum(by_day[today - timedelta(days=n)] for n in range(30)),
        per_day=[
            {"date": day, "count": by_day[day]}
            for day in (today - timedelta(days=n) for n in reversed(range(days)))
        ],
    )


def joined_since(inviter: Person, moment: datetime | None) -> int:
    """How many came after a moment; nobody, where there is none."""
    if moment is None:
        return 0
    return Activation.objects.filter(inviter=inviter, activated_at__gt=moment).count()


def _by_day(inviter: Person, first: date) -> dict[date, int]:
    began = datetime.combine(first, datetime.min.time(), tzinfo=UTC)
    came = Activation.objects.filter(inviter=inviter, activated_at__gte=began)
    days = came.annotate(day=TruncDate("activated_at")).values_list("day")
    return defaultdict(int, days.annotate(Count("pk")).order_by())
