"""The front page of the administration: true figures, readable unseen, counted once a minute."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries
from redis.exceptions import ConnectionError as RedisConnectionError
from time_machine import Traveller

from config.admin import dashboard
from referrals.services import activate
from tests.administration import INDEX, as_staff, page
from tests.conftest import LANGUAGES, sign_in
from users.models import ConfirmationCode, SignIn, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def days_ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def counts(name: str, days: str = "7") -> list[int]:
    [figure] = [figure for figure in dashboard.show(days)["charts"] if figure.name == name]
    return [bar.number for bar in figure.chart.bars]


@pytest.mark.parametrize(
    ("period", "days"), [("7", 7), ("30", 30), ("90", 90), ("", 30), ("8", 30), ("٧", 30)]
)
def test_the_period(period: str, days: int) -> None:
    shown = dashboard.show(period)
    assert shown["days"] == days
    for figure in shown["charts"]:
        assert [bar.day for bar in figure.chart.bars][-1] == NOW.date()
        assert len(figure.chart.bars) == days


def test_a_day_is_a_day_of_utc() -> None:
    moments = [days_ago(7), NOW.replace(hour=0), days_ago(1).replace(hour=23, minute=59), NOW]
    for number, moment in enumerate(moments):
        User.objects.create_user(f"+7999000001{number}", date_joined=moment)
    assert counts("people") == [0, 0, 0, 0, 0, 1, 2]


def test_sign_ins_and_activations_are_counted(alice: User, bob: User) -> None:
    sign_in(str(alice.phone_number))
    SignIn.objects.update(created_at=days_ago(6))
    activate(alice, bob.invite_codes.get().code)
    assert counts("sign_ins") == [1, 0, 0, 0, 0, 0, 0]
    assert counts("activations") == [0, 0, 0, 0, 0, 0, 1]


def test_bars_start_at_zero_and_the_highest_bar_is_the_largest_number() -> None:
    for number in range(5):
        moment = days_ago(0 if number else 1)
        User.objects.create_user(f"+7999000001{number}", date_joined=moment)
    chart = dashboard.show("7")["charts"][0].chart
    assert (chart.total, chart.busiest.number) == (5, 4)
    assert [bar.height for bar in chart.bars[-3:]] == [0, dashboard.HEIGHT // 4, dashboard.HEIGHT]
    for bar in chart.bars:
        assert bar.y + bar.height == dashboard.HEIGHT
        assert bar.x + bar.width <= chart.width <= dashboard.WIDTH


def test_the_funnel(alice: User, bob: User, charlie: User) -> None:
    for invitee in (alice, charlie):
        activate(invitee, bob.invite_codes.get().code)
    User.objects.create_user("+79990000004")
    steps = dashboard.show("")["funnel"]
    assert [tuple(step) for step in steps] == [
        ("People", 4, 100),
        ("Activated an invite code", 2, 50),
        ("Invited a user", 1, 25),
    ]


def test_an_empty_database_has_empty_figures() -> None:
    shown = dashboard.show("")
    assert [step.share for step in shown["funnel"]] == [0, 0, 0]
    assert (shown["inviters"], shown["failures"]) == ([], [])


def test_top_inviters_of_the_period(alice: User, bob: User, charlie: User) -> None:
    activate(charlie, alice.invite_codes.get().code)
    first, _ = activate(alice, bob.invite_codes.get().code)
    second, _ = activate(User.objects.create_user("+79990000004"), bob.invite_codes.get().code)
    assert dashboard.show("7")["inviters"] == [(bob.pk, str(bob), 2), (alice.pk, str(alice), 1)]
    type(first).objects.filter(pk__in=[first.pk, second.pk]).update(activated_at=days_ago(8))
    cache.clear()
    assert dashboard.show("7")["inviters"] == [(alice.pk, str(alice), 1)]


def test_what_was_not_delivered_is_grouped() -> None:
    moments = {"created_at": NOW, "expires_at": NOW}
    for number, (delivery, error) in enumerate(
        [("sent", ""), ("failed", "no money"), ("failed", "no money"), ("unknown", "timeout")]
    ):
        ConfirmationCode.objects.create(
            phone_number=f"+7999000001{number}",
            purpose="sign_in",
            length=4,
            delivery=delivery,
            delivery_error=error,
            gateway="smsaero",
            **moments,
        )
    failures = dashboard.show("7")["failures"]
    assert [(row["status"], row["delivery_error"], row["count"]) for row in failures] == [
        ("failed", "no money", 2),
        ("unknown", "timeout", 1),
    ]


def test_it_is_counted_once_a_minute(
    clock: Traveller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    dashboard.show("7")
    with django_assert_num_queries(0):
        dashboard.show("7")
    User.objects.create_user("+79990000004")
    clock.shift(59)
    assert counts("people")[-1] == 0
    clock.shift(2)
    assert counts("people")[-1] == 1


def test_it_works_without_a_cache(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def out_of_reach(*args: Any) -> None:
        raise RedisConnectionError

    monkeypatch.setattr(cache, "get_or_set", out_of_reach)
    User.objects.create_user("+79990000004")
    assert counts("people")[-1] == 1
    assert "The dashboard is not cached: ConnectionError" in caplog.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_readable_with_a_screen_reader(alice: User, bob: User, language: str) -> None:
    activate(alice, bob.invite_codes.get().code)
    with override("en"):  # which the request changes
        text = as_staff().get(INDEX, {"days": "90"}, HTTP_ACCEPT_LANGUAGE=language).text
    assert text.count('role="img"') == text.count("<desc ") == 3
    assert text.count("<details>") == 3
    assert 'aria-current="true"' in text
    assert page(User, "change", bob) in text
    assert " style=" not in text
    assert "<style" not in text


def test_the_page_of_an_app_has_no_figures() -> None:
    assert "figures" not in as_staff().get("/admin/users/").text


def test_a_visitor_sees_no_figures() -> None:
    assert Client().get(INDEX).status_code == 302
