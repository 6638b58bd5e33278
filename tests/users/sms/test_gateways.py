"""Sending an SMS: which gateway is tried, and which settings are refused at start."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from tests.conftest import ALICE, HERE
from tests.smsaero_server import CREDENTIALS
from users import sms
from users.exceptions import DeliveryUnavailable
from users.models import AuditEvent, ConfirmationCode
from users.sign_ins import signing_in
from users.sms import MaybeSent, NotSent, Unavailable

ROOT = Path(__file__).resolve().parents[3]


class Gateway:
    """Raises what a test told it to, then takes every SMS; keeps what it was given."""

    def __init__(self) -> None:
        self.outcomes: list[Exception | None] = []
        self.given: list[tuple[str, str]] = []

    def will(self, *outcomes: Exception | None) -> None:
        self.outcomes = list(outcomes)

    def __call__(self, phone_number: str, text: str) -> None:
        self.given.append((phone_number, text))
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome:
            raise outcome


class Failover(NamedTuple):
    first: Gateway
    second: Gateway

    def tried(self) -> tuple[int, int]:
        return len(self.first.given), len(self.second.given)


@pytest.fixture
def failover(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Failover:
    gateways = Failover(Gateway(), Gateway())
    for name, gateway in gateways._asdict().items():
        monkeypatch.setitem(sms.GATEWAYS, name, gateway)
    settings.SMS_GATEWAY = "failover"
    settings.SMS_FAILOVER = ["first", "second"]
    return gateways


def test_the_first_gateway_that_takes_the_sms_is_named(failover: Failover) -> None:
    assert sms.send(ALICE, "text") == "first"
    assert failover.first.given == [(ALICE, "text")]
    assert failover.tried() == (1, 0)


def test_the_order_is_that_of_the_settings(failover: Failover, settings: Settings) -> None:
    settings.SMS_FAILOVER = ["second", "first"]
    assert sms.send(ALICE, "text") == "second"
    assert failover.tried() == (0, 1)


@pytest.mark.parametrize("refusal", [NotSent("refused"), Unavailable("no money")])
def test_the_second_is_tried_where_the_first_has_certainly_sent_nothing(
    failover: Failover, refusal: Exception
) -> None:
    failover.first.will(refusal)
    assert sms.send(ALICE, "text") == "second"
    assert failover.tried() == (1, 1)


@pytest.mark.parametrize("error", [MaybeSent("timeout"), OSError("unforeseen")])
def test_the_second_is_not_tried_where_the_first_may_have_sent_it(
    failover: Failover, error: Exception
) -> None:
    failover.first.will(error)
    with pytest.raises(type(error)):
        sms.send(ALICE, "text")
    assert failover.tried() == (1, 0)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (NotSent, NotSent, NotSent),
        (NotSent, Unavailable, Unavailable),
        (Unavailable, NotSent, Unavailable),
        (Unavailable, Unavailable, Unavailable),
        (NotSent, MaybeSent, MaybeSent),
        (Unavailable, MaybeSent, MaybeSent),
    ],
)
def test_when_none_takes_it_a_later_try_is_made_if_one_of_them_allows_it(
    failover: Failover,
    first: type[Exception],
    second: type[Exception],
    expected: type[Exception],
) -> None:
    failover.first.will(first())
    failover.second.will(second())
    with pytest.raises(Exception) as raised:  # noqa: PT011  # its very type is compared
        sms.send(ALICE, "text")
    assert raised.type is expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("refusals", "taker"), [([], "first"), ([NotSent("refused"), None], "second")]
)
def test_the_row_names_the_gateway_that_took_the_code(
    failover: Failover, refusals: list[Exception | None], taker: str
) -> None:
    failover.first.will(*refusals)
    signing_in.request_code(ALICE, HERE)
    code = ConfirmationCode.objects.get()
    assert (code.delivery, code.gateway, code.delivery_error) == ("sent", taker, "")
    assert AuditEvent.objects.get(event="code_delivered").details == {"gateway": taker}


@pytest.mark.django_db
def test_the_row_of_a_code_that_no_gateway_took_names_none(failover: Failover) -> None:
    failover.first.will(NotSent("refused by one"))
    failover.second.will(NotSent("refused by both"))
    with pytest.raises(DeliveryUnavailable):
        signing_in.request_code(ALICE, HERE)
    code = ConfirmationCode.objects.get()
    assert (code.delivery, code.gateway, code.delivery_error) == ("failed", "", "refused by both")


GOOD: dict[str, Any] = {"SMS_GATEWAY": "smsaero", "PHONE_REGIONS": ["RU"], **CREDENTIALS}
BOTH = {"SMS_GATEWAY": "failover", "SMS_FAILOVER": ["smsaero", "simulated"]}
NO_COUNTRIES = "PHONE_REGIONS must name the countries served: SMS cost money."
NO_CREDENTIALS = "SMS_GATEWAY=smsaero needs SMSAERO_EMAIL and SMSAERO_API_KEY."


def wrong_with(settings: Settings, **changes: Any) -> list[str]:
    """What the checks find in good settings of smsaero with these changes."""
    for name, value in {**GOOD, **changes}.items():
        setattr(settings, name, value)
    return [str(message.msg) for message in run_checks(tags=["settings"])]


@pytest.mark.parametrize("changes", [{}, BOTH, {"SMS_GATEWAY": "simulated", "PHONE_REGIONS": []}])
def test_good_settings_are_passed(settings: Settings, changes: dict[str, Any]) -> None:
    assert wrong_with(settings, **changes) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"SMS_GATEWAY": "pigeon"},
            "There is no SMS gateway 'pigeon'; there are simulated, smsaero, failover.",
        ),
        (
            {**BOTH, "SMS_FAILOVER": ["smsaero", "failover"]},
            "There is no SMS gateway 'failover'; there are simulated, smsaero, failover.",
        ),
        (
            {**BOTH, "SMS_FAILOVER": []},
            "SMS_GATEWAY=failover needs the names of gateways in SMS_FAILOVER.",
        ),
        ({"SMSAERO_EMAIL": ""}, NO_CREDENTIALS),
        ({"SMSAERO_API_KEY": ""}, NO_CREDENTIALS),
        ({**BOTH, "SMSAERO_API_KEY": ""}, NO_CREDENTIALS),
        ({"PHONE_REGIONS": []}, NO_COUNTRIES),
        ({**BOTH, "PHONE_REGIONS": []}, NO_COUNTRIES),
    ],
)
def test_settings_that_cannot_send_are_named(
    settings: Settings, changes: dict[str, Any], message: str
) -> None:
    assert wrong_with(settings, **changes) == [message]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMSAERO_EMAIL", "robot"),
        ("SMSAERO_EMAIL", "робот@example.org"),
        ("SMSAERO_API_KEY", "too-short"),
        ("SMSAERO_API_KEY", "k" * 33),
        ("SMSAERO_API_KEY", "ключ" * 5),
        ("SMSAERO_SENDER", "Q"),
        ("SMSAERO_GATE", "http://gate.smsaero.ru/v2/"),
        ("SMSAERO_GATE", "https://robot:key@gate.smsaero.ru/v2/"),
        ("SMSAERO_GATE", ""),
        ("SMSAERO_GATE", "no host"),
    ],
)
def test_what_would_fail_at_every_sms_is_named_and_not_quoted(
    settings: Settings, name: str, value: str
) -> None:
    [message] = wrong_with(settings, **{name: value})
    assert message.startswith(name)
    assert not value or value not in message


@pytest.mark.parametrize("gate", ["@gate.smsaero.ru/v2/", "https://127.0.0.1:8443/v2/"])
def test_every_spelling_of_the_gate_is_passed(settings: Settings, gate: str) -> None:
    assert wrong_with(settings, SMSAERO_GATE=gate) == []


def test_a_server_without_a_gateway_does_not_start() -> None:
    safe = {"PATH": os.environ["PATH"], "DEBUG": "true", "DATABASE_URL": "sqlite://:memory:"}
    command = [sys.executable, "-c", "import config.wsgi"]
    environ = {**safe, "SMS_GATEWAY": "failover"}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode != 0
    assert "SMS_GATEWAY=failover needs the names of gateways in SMS_FAILOVER." in done.stderr
