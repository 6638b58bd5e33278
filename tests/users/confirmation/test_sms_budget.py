"""The SMS of a day are counted as gateways take them: what was surely not sent is given back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError
from pytest_django import Settings
from rest_framework.test import APIClient
from time_machine import Traveller

from tests.conftest import ALICE, BOB, HERE
from tests.test_races import at_once
from tests.users.confirmation.test_delivery import Broker, broker, gateway
from tests.users.sms.test_gateways import Gateway
from users.confirmation import codes, delivery, outbox, tallies
from users.exceptions import DeliveryUnavailable
from users.models import ConfirmationCode, Tally, User
from users.sign_ins import signing_in
from users.sms import MaybeSent, NotSent, Unavailable

__all__ = ["broker", "gateway"]
pytestmark = pytest.mark.django_db

CODE = "/api/v1/auth/code/"
KAZAKH = "+77011234567"
DOWN = Unavailable("down")


def tallied() -> dict[str, int]:
    """The SMS of all days, of each region and of all; what is 0 is left out."""
    counts = Tally.objects.filter(name__startswith="sms").values_list("name", "count")
    return {name: count for name, count in counts if count}


def request(phone_number: str = ALICE) -> ConfirmationCode:
    return signing_in.request_code(phone_number, HERE)


@pytest.mark.parametrize("error", [DOWN, NotSent("refused")])
def test_a_gateway_that_is_down_spends_no_sms(
    gateway: Gateway, settings: Settings, error: Exception
) -> None:
    settings.SMS_PER_REGION_PER_DAY = settings.SMS_PER_DAY = 1
    gateway.will(*[error] * 20)
    for number in range(20):
        answer = APIClient().post(CODE, {"phone_number": f"+79994440{number:03}"})
        assert answer.status_code == 503
    assert (len(gateway.given), tallied()) == (20, {})
    assert APIClient().post(CODE, {"phone_number": ALICE}).status_code == 202
    assert tallied() == {"sms:RU": 1, "sms": 1}


def test_pressing_twenty_times_spends_nothing(gateway: Gateway) -> None:
    gateway.will(*[DOWN] * 20)
    answers = [APIClient().post(CODE, {"phone_number": ALICE}) for _ in range(20)]
    assert {answer.status_code for answer in answers} == {503}
    assert tallied() == {}


def test_without_its_broker_it_spends_nothing(broker: Broker) -> None:
    broker.error = OperationalError()
    with pytest.raises(DeliveryUnavailable):
        request()
    assert tallied() == {}


@pytest.mark.parametrize(
    ("outcome", "counted"),
    [
        (None, 1),
        (MaybeSent("the connection broke"), 1),
        (ZeroDivisionError(), 1),
        (NotSent("refused"), 0),
        (DOWN, 1),  # it is tried again
    ],
    ids=str,
)
def test_a_worker_counts_what_may_have_been_sent(
    broker: Broker, gateway: Gateway, outcome: Exception | None, counted: int
) -> None:
    gateway.will(outcome)
    code = request()
    assert tallied() == {"sms:RU": 1, "sms": 1}
    for _ in range(2):
        delivery.deliver(code.pk)
    assert tallied().get("sms", 0) == tallied().get("sms:RU", 0) == counted


def test_a_code_given_up_after_its_tries_gives_its_sms_back_once(
    broker: Broker, gateway: Gateway, clock: Traveller
) -> None:
    gateway.will(*[DOWN] * 100)
    request(BOB)
    code = request()
    while ConfirmationCode.objects.get(pk=code.pk).delivery == "queued":
        delivery.deliver(code.pk)
        clock.move_to(ConfirmationCode.objects.get(pk=code.pk).due_at)
    assert len(gateway.given) > 5
    assert tallied() == {"sms:RU": 1, "sms": 1}  # Bob's is still under way


@pytest.mark.usefixtures("broker")
def test_a_blocked_account_costs_no_sms(alice: User, gateway: Gateway) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    delivery.deliver(request().pk)
    assert (gateway.given, tallied()) == ([], {})


@pytest.mark.usefixtures("clock", "gateway")
def test_a_spent_budget_of_all_costs_no_region_anything(settings: Settings) -> None:
    request()
    settings.SMS_PER_DAY = 1
    for _ in range(3):
        with pytest.raises(DeliveryUnavailable):
            request(KAZAKH)
    assert tallied() == {"sms:RU": 1, "sms": 1}


def test_an_sms_goes_back_to_the_day_it_was_taken_from(
    broker: Broker, gateway: Gateway, clock: Traveller
) -> None:
    clock.move_to(datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC))
    late = request()
    clock.shift(2)
    request(BOB)
    gateway.will(NotSent("refused"))
    delivery.deliver(late.pk)
    today = Tally.objects.filter(name="sms", since__date="2026-11-22")
    assert (tallied()["sms"], today.get().count) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_twenty_that_give_up_a_code_one_gives_its_sms_back(broker: Broker) -> None:
    code = request()
    for number in range(4):
        request(f"+7999444000{number}")
    gave_up = at_once(*[lambda: outbox.failed(code, "x", is_charged=False)] * 20)
    assert (gave_up.count(True), tallied()) == (1, {"sms:RU": 4, "sms": 4})


@pytest.mark.django_db(transaction=True)
def test_parallel_failures_lose_no_count(gateway: Gateway, settings: Settings) -> None:
    gateway.will(*[DOWN, None] * 10)
    numbers = [f"+79994440{number:03}" for number in range(20)]
    answers = at_once(
        *[lambda n=n: APIClient().post(CODE, {"phone_number": n}).status_code for n in numbers]
    )
    assert (answers.count(202), answers.count(503)) == (10, 10)
    assert tallied() == {"sms:RU": 10, "sms": 10}


def test_what_no_worker_took_costs_neither_code_nor_sms(
    broker: Broker, clock: Traveller, settings: Settings
) -> None:
    for _ in range(settings.CODES_PER_HOUR):
        request()
        clock.shift(300)
    delivery.sweep()
    delivery.sweep()
    assert tallied() == {}
    assert not ConfirmationCode.objects.filter(charged=True).exists()
    assert request().live


@pytest.mark.django_db(transaction=True)
def test_of_ten_sweeps_one_gives_back_what_no_worker_took(broker: Broker) -> None:
    numbers = [f"+7999444000{number}" for number in range(10)]
    late = [request(number).pk for number in numbers][:6]
    ConfirmationCode.objects.filter(pk__in=late).update(expires_at=timezone.now())
    at_once(*[delivery.sweep] * 10)
    assert tallied() == {"sms:RU": 4, "sms": 4}


@pytest.mark.usefixtures("broker")
def test_what_died_with_its_worker_may_have_been_sent(clock: Traveller) -> None:
    outbox.claim(request().pk)
    clock.shift(3600)
    delivery.sweep()
    assert tallied() == {"sms:RU": 1, "sms": 1}


@pytest.mark.parametrize(
    ("outcome", "counted"),
    [(None, 1), (MaybeSent("x"), 1), (NotSent("x"), 0), (Unavailable("x"), 0)],
    ids=repr,
)
def test_a_note_to_the_old_number_is_counted_likewise(
    gateway: Gateway, outcome: Exception | None, counted: int
) -> None:
    code = codes.issue(BOB, 6)
    gateway.will(outcome)
    delivery.send_note(code, ALICE)
    delivery.tell_old_number(code.pk)
    assert len(gateway.given) == 1
    assert tallied().get("sms", 0) == tallied().get("sms:RU", 0) == counted


def test_nothing_is_given_back_twice_below_nothing(clock: Traveller) -> None:
    tallies.give_back_sms(ALICE, timezone.now())
    assert tallies.take_sms(ALICE, timezone.now())
    for _ in range(3):
        tallies.give_back_sms(ALICE, timezone.now() + timedelta(seconds=1))
    assert tallied() == {}
