"""The front page of the admin site: what happened in the last days, as charts and lists."""

import logging
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, NamedTuple, cast

from django.core.cache import cache
from django.db.models import Count, Model
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from lib.charts import Chart, draw
from referrals.models import Activation
from users.models import ConfirmationCode, Delivery, SignIn, User

logger = logging.getLogger(__name__)

PERIODS = (7, 30, 90)  # days
DEFAULT = 30
KEPT = 60  # seconds: counting a million rows on every visit would be wasteful
WIDTH, HEIGHT = 900, 160  # the greatest, in the units of the SVG
TOP = 10

FAILURES = (Delivery.FAILED, Delivery.UNKNOWN)


class Figure(NamedTuple):
    name: str
    title: str
    chart: Chart


class TopInviter(NamedTuple):
    id: int
    name: str  # masked
    invitees: int


class Step(NamedTuple):
    """A step of the funnel, with its share of all users in percent."""

    label: str
    people: int
    share: int


def show(period: str) -> dict[str, Any]:
    """What the front page shows about a period: 7, 30 or 90 days."""
    days = next((days for days in PERIODS if str(days) == period), DEFAULT)
    figures = _cached(days)
    return {
        "days": days,
        "periods": PERIODS,
        "charts": [
            _figure("people", _("New people"), figures["people"]),
            _figure("sign_ins", _("Sign-ins"), figures["sign_ins"]),
            _figure("activations", _("Activations"), figures["activations"]),
        ],
        "funnel": _funnel(**figures["funnel"]),
        "inviters": figures["inviters"],
        "failures": [
            {**row, "status": Delivery(row["delivery"]).label} for row in figures["failures"]
        ],
    }


def _cached(days: int) -> dict[str, Any]:
    """The figures, at most a minute old; counted again if the cache does not answer."""
    try:
        cached = cache.get_or_set(f"dashboard:{days}", partial(_count, days), KEPT)
        return cast(dict[str, Any], cached)
    except RedisError as error:
        logger.warning("The dashboard is not cached: %s", type(error).__name__)
        return _count(days)


def _count(days: int) -> dict[str, Any]:
    today = timezone.now().date()
    first = today - timedelta(days=days - 1)
    since = datetime.combine(first, time.min, timezone.get_default_timezone())
    every_day = [first + timedelta(days=n) for n in range(days)]
    return {
        "people": _per_day(User, "date_joined", since, every_day),
        "sign_ins": _per_day(SignIn, "created_at", since, every_day),
        "activations": _per_day(Activation, "activated_at", since, every_day),
        "funnel": _steps(),
        "inviters": _top_inviters(since),
        "failures": _failures(since),
    }


def _per_day(
    model: type[Model], moment: str, since: datetime, every_day: list[date]
) -> list[tuple[date, int]]:
    rows = model._default_manager.filter(**{f"{moment}__gte": since})
    per_day = rows.values(day=TruncDate(moment)).annotate(count=Count("pk")).order_by()
    counts = {row["day"]: row["count"] for row in per_day}
    return [(day, counts.get(day, 0)) for day in every_day]


def _steps() -> dict[str, int]:
    inviters = Activation.objects.aggregate(count=Count("inviter", distinct=True))["count"]
    return {
        "people": User.objects.count(),
        "activated": Activation.objects.count(),
        "invited": inviters,
    }


def _top_inviters(since: datetime) -> list[TopInviter]:
    """The users who have invited the most people since a moment."""
    counted = (
        Activation.objects.filter(activated_at__gte=since)
        .values("inviter")
        .annotate(count=Count("pk"))
        .order_by("-count", "inviter")[:TOP]
    )
    people = User.objects.in_bulk([row["inviter"] for row in counted])
    return [
        TopInviter(id=row["inviter"], name=str(people[row["inviter"]]), invitees=row["count"])
        for row in counted
    ]


def _failures(since: datetime) -> list[dict[str, Any]]:
    """Codes that did not arrive, or may not have arrived, by gateway and reason."""
    failed = ConfirmationCode.objects.filter(created_at__gte=since, delivery__in=FAILURES)
    grouped = failed.values("gateway", "delivery", "delivery_error").annotate(count=Count("pk"))
    return list(grouped.order_by("-count", "delivery_error")[:TOP])


def _figure(name: str, title: str, days: list[tuple[date, int]]) -> Figure:
    slot = WIDTH // len(days)
    gap = slot // 5
    chart = draw(days, bar=slot - gap, gap=gap, height=HEIGHT, lowest=2, empty=0)
    return Figure(name=name, title=title, chart=chart)


def _funnel(people: int, activated: int, invited: int) -> list[Step]:
    steps = [
        (_("People"), people),
        (_("Activated an invite code"), activated),
        (_("Invited a user"), invited),
    ]
    return [
        Step(label=label, people=count, share=100 * count // max(1, people))
        for label, count in steps
    ]
