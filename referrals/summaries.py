"""Who came: what a person is shown of those they invited."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils import timezone

from referrals import prepared
from referrals.models import Activation, InviteCode, Person, invite_link

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


def invited(inviter: Person) -> QuerySet[Activation, Any]:
    """Everyone who activated this person's code: `{phone_number, activated_at}` each.

    The name of somebody whose account is closed is null.
    """
    return Activation.objects.filter(inviter=inviter).values(
        "id", "activated_at", phone_number=F(f"invitee__{_username_field()}")
    )


def rows(inviter: Person) -> Iterator[tuple[str | None, datetime]]:
    """The same as `invited`, newest first, for a file: never all of them in memory."""
    newest = Activation.objects.filter(inviter=inviter).order_by("-activated_at", "-id")
    name = f"invitee__{_username_field()}"
    return newest.values_list(name, "activated_at").iterator(chunk_size=2000)


def summary(user: Person) -> Summary:
    """All that the profile says of referrals, in three queries."""
    codes = _codes_of(user.pk)
    if not codes:
        return summaries([user])[user.pk]
    [(code, activated)] = codes
    return Summary(
        invite_code=code,
        invite_link=invite_link(code),
        activated_invite_code=activated,
        invited_users=_newest_invited(user.pk),
        invited_users_count=sum(_number_of_invited(user.pk)),
    )


def summaries(users: Sequence[Person]) -> dict[int, Summary]:
    """The same for many people at once, with who invited each: four queries for all."""
    activations = Activation.objects.select_related("invite_code", "inviter")
    received = Activation.objects.filter(inviter__in=users)
    codes_of = {c.owner_id: c for c in InviteCode.objects.live().filter(owner__in=users)}
    invited_by = {a.invitee_id: a for a in activations.filter(invitee__in=users)}
    counts = dict(received.values_list("inviter").annotate(Count("pk")))
    newest = _newest_invited_of(received)
    return {
        user.pk: _summary(
            codes_of.get(user.pk),
            invited_by.get(user.pk),
            newest.get(user.pk, []),
            counts.get(user.pk, 0),
        )
        for user in users
    }


def _summary(
    code: InviteCode | None, activation: Activation | None, newest: list[str], count: int
) -> Summary:
    return Summary(
        invite_code=code.code if code else None,
        invite_link=code.invite_link if code else None,
        activated_invite_code=activation.invite_code.code if activation else None,
        invited_users=newest,
        invited_users_count=count,
        inviter=Inviter(activation.inviter_id, activation.inviter.get_username())
        if activation
        else None,
    )


def _newest_invited_of(received: QuerySet[Activation]) -> dict[int, list[str]]:
    """The newest invitees of each inviter, out of one query."""
    name = f"invitee__{_username_field()}"
    rank = Window(
        RowNumber(), partition_by="inviter", order_by=[F("activated_at").desc(), F("id").desc()]
    )
    ranked = received.filter(**{f"{name}__isnull": False}).annotate(rank=rank)
    newest: dict[int, list[str]] = defaultdict(list)
    rows = ranked.filter(rank__lte=NEWEST_SHOWN).order_by("inviter", "rank")
    for inviter, invitee in rows.values_list("inviter", name):
        newest[inviter].append(invitee)
    return newest


@prepared.rows
def _codes_of(owner: int) -> QuerySet[InviteCode, tuple[str, str | None]]:
    """The code that somebody gives to others, and the one that they have activated."""
    activated = Activation.objects.filter(invitee=OuterRef("owner")).values("invite_code__code")
    live = InviteCode.objects.live().filter(owner=owner)
    return live.values_list("code", Subquery(activated))


@prepared.rows
def _number_of_invited(inviter: int) -> QuerySet[Activation, int]:
    """One number, or none at all where nobody came."""
    received = Activation.objects.filter(inviter=inviter).values("inviter")
    return received.values_list(Count("pk"), flat=True)


@prepared.rows
def _newest_invited(inviter: int) -> QuerySet[Activation, str]:
    name = f"invitee__{_username_field()}"
    newest = Activation.objects.filter(inviter=inviter, **{f"{name}__isnull": False})
    ordered = newest.order_by("-activated_at", "-id")
    return ordered.values_list(name, flat=True)[:NEWEST_SHOWN]


def _username_field() -> str:
    return get_user_model().USERNAME_FIELD


def statistics(inviter: Person, days: int) -> Statistics:
    """How many came: in all, in the last 7 and 30 days (UTC, today included), and day by day."""
    today = timezone.now().date()
    by_day = _by_day(inviter, today - timedelta(days=max(days, 30) - 1))
    return Statistics(
        total=Activation.objects.filter(inviter=inviter).count(),
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
