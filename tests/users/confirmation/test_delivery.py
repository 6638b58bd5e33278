"""How a code reaches the phone, and what each mishap on the way costs its owner."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils.translation import override
from kombu.exceptions import OperationalError
from pytest_django import Settings
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeout
from rest_framework.test import APIClient
from time_machine import Traveller

from tests.conftest import ALICE, HERE
from tests.test_races import at_once
from tests.users.sms.test_gateways import Gateway
from users import sms
from users.confirmation import codes, delivery, outbox
from users.exceptions import DeliveryUnavailable, TooManyCodes
from users.models import AuditEvent, ConfirmationCode, User
from users.sign_ins import signing_in
from users.sms import MaybeSent, NotSent, Unavailable

pytestmark = pytest.mark.django_db

CODE, TOKEN = "/api/v1/auth/code/", "/api/v1/auth/token/"
UNAVAILABLE = {
    "detail": "The SMS could not be sent. Try again in a minute.",
    "code": "delivery_unavailable",
}


class Broker:
    """Keeps what is published, and breaks as it is told."""

    def __init__(self) -> None:
        self.published: list[tuple[int, float, datetime]] = []
        self.error: Exception | None = None

    def publish(self, args: tuple[int], countdown: float, expires: datetime) -> None:
        self.published.append((args[0], countdown, expires))
        if self.error:
            raise self.error


@pytest.fixture
def gateway(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    scripted = Gateway()
    monkeypatch.setitem(sms.GATEWAYS, "scripted", scripted)
    settings.SMS_GATEWAY = "scripted"
    return scripted


@pytest.fixture
def broker(settings: Settings, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Broker:
    """A worker delivers, and it is the test that says when: `work()`."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    scripted = Broker()
    monkeypatch.setattr(delivery.deliver, "apply_async", scripted.publish)
    return scripted


@pytest.fixture(autouse=True)
def still(clock: Traveller) -> None:
    """Backoff is compared to the microsecond."""


def now() -> datetime:
    return datetime.now(UTC)


def requested() -> ConfirmationCode:
    return signing_in.request_code(ALICE, HERE)


def work() -> None:
    """A worker takes every message there may be, twice, as a broker may hand it over twice."""
    for pk in ConfirmationCode.objects.values_list("pk", flat=True):
        delivery.deliver(pk)
        delivery.deliver(pk)


def last() -> ConfirmationCode:
    return ConfirmationCode.objects.latest("pk")


def state() -> tuple[str, str, bool, bool]:
    """Delivery status, error, liveness and charge of the last code."""
    code = last()
    return code.delivery, code.delivery_error, code.live, code.charged


def outcomes() -> list[tuple[str, Any]]:
    """What the audit trail says of deliveries."""
    told = AuditEvent.objects.filter(event__in=["code_delivered", "code_not_delivered"])
    return list(told.order_by("pk").values_list("event", "details"))


def test_a_request_waits_for_no_gateway(api: APIClient, broker: Broker, gateway: Gateway) -> None:
    assert api.post(CODE, {"phone_number": ALICE}).status_code == 202
    code = last()
    assert broker.published == [(code.pk, 0, code.expires_at)]
    assert state() == ("queued", "", True, True)
    assert gateway.given == []


def test_a_worker_sends_a_code_once_however_often_it_is_told(
    broker: Broker, gateway: Gateway
) -> None:
    code = requested()
    work()
    work()
    digits = codes.derive(code)
    text = f"Your code is {digits}. Do not share it.\n\n@127.0.0.1 #{digits}"
    assert gateway.given == [(ALICE, text)]
    assert state() == ("sent", "", True, True)
    assert outcomes() == [("code_delivered", {"gateway": "scripted"})]


@pytest.mark.django_db(transaction=True)
def test_of_twenty_workers_one_sends_the_code(broker: Broker, gateway: Gateway) -> None:
    code = requested()
    at_once(*[lambda: delivery.deliver(code.pk)] * 20)
    assert len(gateway.given) == 1
    assert state()[0] == "sent"


def test_an_unavailable_gateway_is_tried_again_after_a_pause(
    broker: Broker, gateway: Gateway, clock: Traveller
) -> None:
    gateway.will(Unavailable("no money"))
    code = requested()
    work()
    due_at = last().due_at
    assert state() == ("queued", "no money", True, True)
    assert 1 <= (due_at - now()).total_seconds() <= 2
    [_, (pk, countdown, expires)] = broker.published
    assert (pk, expires) == (code.pk, code.expires_at)
    assert abs(due_at - now() - timedelta(seconds=countdown)) < timedelta(milliseconds=1)

    clock.move_to(due_at - timedelta(milliseconds=1))
    work()
    assert len(gateway.given) == 1
    clock.move_to(due_at)
    work()
    assert len(gateway.given) == 2
    assert state() == ("sent", "", True, True)
    assert outcomes() == [("code_delivered", {"gateway": "scripted"})]


def test_the_pauses_grow_and_end_with_the_code(
    broker: Broker, gateway: Gateway, clock: Traveller
) -> None:
    gateway.will(*[Unavailable("no money")] * 100)
    code = requested()
    pauses = []
    work()
    while last().delivery == "queued":
        assert now() < last().due_at < code.expires_at
        pauses.append((last().due_at - now()).total_seconds())
        clock.move_to(last().due_at)
        work()
    assert all(
        longest / 2 <= pause <= longest
        for pause, longest in zip(pauses, [2, 4, 8, 16, *[30] * 100], strict=False)
    )
    assert len(gateway.given) == len(pauses) + 1 == last().tries
    assert state() == ("failed", "no money", False, False)
    assert outcomes() == [("code_not_delivered", {"error": "no money"})]


def test_pauses_are_jittered(broker: Broker, gateway: Gateway) -> None:
    """Codes that failed together do not come back together."""
    gateway.will(*[Unavailable("no money")] * 10)
    for number in range(10):
        signing_in.request_code(f"+7999000020{number}", HERE)
    work()
    assert len(set(ConfirmationCode.objects.values_list("due_at", flat=True))) == 10


def test_a_retry_that_no_broker_takes_is_published_by_the_sweep(
    broker: Broker, gateway: Gateway, clock: Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.will(Unavailable("no money"))
    code = requested()
    broker.error = OperationalError()
    delivery.deliver(code.pk)
    assert caplog.messages == [f"The broker is out of reach; the sweep will publish code {code.pk}"]
    assert state() == ("queued", "no money", True, True)
    broker.error = None
    clock.move_to(last().due_at + outbox.LOST_AFTER)
    delivery.sweep()
    assert broker.published[-1] == (code.pk, 0, code.expires_at)
    work()
    assert state()[0] == "sent"


def test_a_refused_number_costs_a_code_of_the_budget(broker: Broker, gateway: Gateway) -> None:
    """Or asking for a number that every gateway refuses would be free."""
    gateway.will(NotSent("refused"))
    requested()
    work()
    assert state() == ("failed", "refused", False, True)
    assert outcomes() == [("code_not_delivered", {"error": "refused"})]
    assert len(gateway.given) == 1


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (MaybeSent("the connection broke"), "the connection broke"),
        (MaybeSent("long" * 50), ("long" * 50)[:100]),
        (ZeroDivisionError(f"of {ALICE}"), "ZeroDivisionError"),
    ],
)
@pytest.mark.parametrize("with_worker", [True, False])
def test_what_may_have_been_sent_stays_good_and_is_never_sent_again(
    request: pytest.FixtureRequest,
    api: APIClient,
    gateway: Gateway,
    clock: Traveller,
    error: Exception,
    told: str,
    with_worker: bool,
) -> None:
    if with_worker:
        request.getfixturevalue("broker")
    gateway.will(error)
    assert api.post(CODE, {"phone_number": ALICE}).status_code == 202
    work()
    assert state() == ("unknown", told, True, True)
    clock.shift(120)
    delivery.sweep()
    work()
    assert len(gateway.given) == 1
    assert state() == ("unknown", told, True, True)
    body = {"phone_number": ALICE, "confirmation_code": codes.derive(last())}
    assert api.post(TOKEN, body).status_code == 200


@pytest.mark.parametrize(
    ("refusal", "is_charged"), [(NotSent("x"), True), (Unavailable("x"), False)]
)
def test_without_a_worker_the_request_is_told_at_once(
    api: APIClient, gateway: Gateway, refusal: Exception, is_charged: bool
) -> None:
    gateway.will(refusal)
    response = api.post(CODE, {"phone_number": ALICE})
    assert (response.status_code, response.json()) == (503, UNAVAILABLE)
    assert state() == ("failed", "x", False, is_charged)
    assert api.post(CODE, {"phone_number": ALICE}).status_code == 202  # there is no pause


@pytest.mark.parametrize("error", [OperationalError("down"), RedisError("down"), RedisTimeout()])
def test_a_broker_out_of_reach_is_told_at_once(
    api: APIClient, broker: Broker, gateway: Gateway, error: Exception
) -> None:
    broker.error = error
    response = api.post(CODE, {"phone_number": ALICE})
    assert (response.status_code, response.json()) == (503, UNAVAILABLE)
    assert state() == ("failed", "the broker is out of reach", False, False)
    work()  # the broker had kept the message
    assert gateway.given == []


def test_a_worker_faster_than_the_broker_s_timeout_is_no_failure(
    api: APIClient, broker: Broker, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def publish_and_break(args: tuple[int], **options: Any) -> None:
        delivery.attempt(*args)
        raise RedisTimeout

    monkeypatch.setattr(delivery.deliver, "apply_async", publish_and_break)
    assert api.post(CODE, {"phone_number": ALICE}).status_code == 202
    assert state() == ("sent", "", True, True)


def five_codes(clock: Traveller) -> None:
    """Five are to be had within the hour, and no sixth."""
    for _ in range(5):
        clock.shift(60)
        requested()
    clock.shift(60)
    with pytest.raises(TooManyCodes):
        requested()


def test_five_failures_of_the_broker_cost_no_code(broker: Broker, clock: Traveller) -> None:
    broker.error = OperationalError()
    for _ in range(5):
        with pytest.raises(DeliveryUnavailable):
            requested()
    broker.error = None
    five_codes(clock)


def test_five_codes_given_up_cost_no_code(
    broker: Broker, gateway: Gateway, clock: Traveller
) -> None:
    gateway.will(*[Unavailable("no money")] * 5)
    for _ in range(5):
        code = requested()
        ConfirmationCode.objects.filter(pk=code.pk).update(tries=10)
        clock.move_to(code.expires_at - timedelta(seconds=1))
        work()
        assert state() == ("failed", "no money", False, False)
    five_codes(clock)


def test_five_spent_budgets_of_sms_cost_no_code(
    settings: Settings, gateway: Gateway, clock: Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    signing_in.request_code("+79990000009", HERE)
    settings.SMS_PER_DAY = 1
    for _ in range(5):
        with pytest.raises(DeliveryUnavailable):
            requested()
        assert state() == ("failed", "the SMS budget of the day is spent", False, False)
    assert caplog.messages == ["The SMS budget of the day is spent, overall or in one region"] * 5
    settings.SMS_PER_DAY = 100
    five_codes(clock)


@pytest.mark.parametrize("with_worker", [True, False])
def test_somebody_blocked_gets_no_sms_and_cannot_tell(
    request: pytest.FixtureRequest,
    api: APIClient,
    alice: User,
    gateway: Gateway,
    with_worker: bool,
) -> None:
    if with_worker:
        request.getfixturevalue("broker")
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert api.post(CODE, {"phone_number": ALICE}).status_code == 202
    work()
    assert gateway.given == []
    assert state() == ("failed", "the account is blocked", True, True)
    assert api.post(CODE, {"phone_number": ALICE}).status_code == 429  # the pause of everybody


def test_somebody_blocked_while_the_code_waits_gets_no_sms(
    broker: Broker, gateway: Gateway, alice: User
) -> None:
    requested()
    User.objects.filter(pk=alice.pk).update(is_active=False)
    work()
    assert (gateway.given, state()[1]) == ([], "the account is blocked")


@pytest.mark.parametrize(
    ("accepted", "language", "beginning"),
    [
        ("ru", "ru", "Код: "),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru", "Код: "),
        ("en", "en", "Your code is "),
        ("de", "en", "Your code is "),
    ],
)
@pytest.mark.parametrize("of_worker", ["en", "ru"])
def test_the_sms_has_the_language_of_the_request_not_of_the_worker(
    api: APIClient,
    broker: Broker,
    gateway: Gateway,
    accepted: str,
    language: str,
    beginning: str,
    of_worker: str,
) -> None:
    api.post(CODE, {"phone_number": ALICE}, headers={"Accept-Language": accepted})
    assert last().language == language
    with override(of_worker):
        work()
    [(_, text)] = gateway.given
    assert text.startswith(beginning)


def test_a_sweep_publishes_what_was_lost_and_closes_what_is_stuck(
    broker: Broker, clock: Traveller
) -> None:
    stuck, lost = (signing_in.request_code(number, HERE) for number in ("+79990000301", ALICE))
    ConfirmationCode.objects.filter(pk=stuck.pk).update(delivery="sending")
    broker.published.clear()
    clock.shift(60)
    delivery.sweep()
    assert broker.published == [(lost.pk, 0, lost.expires_at)]
    stuck.refresh_from_db()
    assert (stuck.delivery, stuck.delivery_error) == ("unknown", "the worker died")
    work()
    assert state()[0] == "sent"


def test_a_sweep_publishes_nothing_that_has_expired(
    broker: Broker, gateway: Gateway, clock: Traveller
) -> None:
    requested()
    broker.published.clear()
    clock.shift(300)
    delivery.sweep()
    work()
    assert (broker.published, gateway.given) == ([], [])
    assert state()[:2] == ("failed", "no worker came in time")


@pytest.mark.parametrize("unmoved", [work, delivery.sweep])
def test_a_retired_code_is_not_sent(
    broker: Broker, gateway: Gateway, unmoved: Callable[[], None]
) -> None:
    requested()
    ConfirmationCode.objects.update(live=False)
    unmoved()
    work()
    assert gateway.given == []
