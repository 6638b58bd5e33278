"""SMS Aero through the vendor's library: what each answer means, and that one request is made."""

import base64
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests import smsaero_server as server
from tests.conftest import ALICE
from tests.smsaero_server import CREDENTIALS, SENDER, Answer, Received, SmsAeroServer
from tests.stack import free_port
from users import sms
from users.sms import MaybeSent, NotSent, Unavailable

TEXT = "Код: 4321. Никому не сообщайте.\n\n@example.org #4321"
NO_OBJECT = [Answer("5"), Answer('"sent"'), Answer('{"result": "reject"}')]
REFUSALS = [server.REFUSED, server.REJECTED]
UNCLEAR = [server.BROKEN, server.GARBAGE, server.LIST, server.NULL, server.DROPPED, Answer("")]
EVERYTHING = [server.SUCCESS, server.NO_CREDITS, *REFUSALS, *UNCLEAR, *NO_OBJECT]


@pytest.fixture(autouse=True)
def smsaero(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[SmsAeroServer]:
    """The gateway in use, with a key of ours and a certificate that we trust."""
    with SmsAeroServer(tmp_path).running() as running:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(running.ca_bundle))
        settings.SMS_GATEWAY = "smsaero"
        settings.SMSAERO_GATE = running.gate
        for name, value in CREDENTIALS.items():
            setattr(settings, name, value)
        yield running


def refusal(phone_number: str = ALICE, text: str = TEXT) -> type[Exception] | None:
    """What sending raises, if anything."""
    try:
        sms.send(phone_number, text)
    except (NotSent, MaybeSent) as error:
        return type(error)
    return None


def test_number_text_and_sender_arrive(smsaero: SmsAeroServer) -> None:
    assert sms.send(ALICE, TEXT) == "smsaero"
    user, key = CREDENTIALS["SMSAERO_EMAIL"], CREDENTIALS["SMSAERO_API_KEY"]
    credentials = base64.b64encode(f"{user}:{key}".encode()).decode()
    body = {"number": 79990000001, "text": TEXT, "sign": SENDER, "callbackUrl": None}
    assert smsaero.received == [Received("/v2/sms/send", f"Basic {credentials}", body)]


def test_a_slow_answer_is_waited_for(smsaero: SmsAeroServer) -> None:
    smsaero.will_answer(server.slow(0.5))
    assert refusal() is None


def test_without_money_a_later_try_may_succeed(smsaero: SmsAeroServer) -> None:
    smsaero.will_answer(server.NO_CREDITS, server.SUCCESS)
    assert [refusal(), refusal()] == [Unavailable, None]


@pytest.mark.parametrize("answer", REFUSALS)
def test_a_refused_number_is_not_sent_to(smsaero: SmsAeroServer, answer: Answer) -> None:
    smsaero.will_answer(answer)
    assert refusal() is NotSent


@pytest.mark.parametrize("answer", UNCLEAR + NO_OBJECT)
def test_after_an_unclear_answer_an_sms_may_be_on_its_way(
    smsaero: SmsAeroServer, answer: Answer
) -> None:
    smsaero.will_answer(answer)
    assert refusal() is MaybeSent


def test_after_a_timeout_an_sms_may_be_on_its_way(
    smsaero: SmsAeroServer, settings: Settings
) -> None:
    settings.SMSAERO_TIMEOUT = 3
    smsaero.will_answer(server.slow(20))
    assert refusal() is MaybeSent
    assert len(smsaero.received) == smsaero.connections == 1


def test_a_refused_connection_is_not_told_from_a_broken_one(settings: Settings) -> None:
    settings.SMSAERO_GATE = f"@127.0.0.1:{free_port()}/v2/"
    assert refusal() is MaybeSent


@pytest.mark.parametrize("answer", EVERYTHING)
def test_one_request_is_made_whatever_the_answer(smsaero: SmsAeroServer, answer: Answer) -> None:
    smsaero.will_answer(answer)
    refusal()
    assert len(smsaero.received) == smsaero.connections == 1
    assert smsaero.spoke_plainly == 0


def test_a_certificate_we_do_not_trust_gets_neither_key_nor_text(
    smsaero: SmsAeroServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    assert refusal() is MaybeSent
    assert (smsaero.received, smsaero.connections, smsaero.spoke_plainly) == ([], 1, 0)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_redirect_is_not_followed(smsaero: SmsAeroServer, scheme: str) -> None:
    elsewhere = f"{scheme}://{smsaero.gate.removeprefix('@')}sms/send"
    smsaero.will_answer(server.redirect(elsewhere), server.SUCCESS)
    assert refusal() is MaybeSent
    assert len(smsaero.received) == smsaero.connections == 1
    assert smsaero.spoke_plainly == 0


def test_the_gateway_judges_numbers_not_its_library(smsaero: SmsAeroServer) -> None:
    """A number that was taken may stop being valid with the next numbering plan."""
    smsaero.will_answer(server.REFUSED)
    assert refusal("+70000000000") is NotSent
    assert len(smsaero.received) == 1


@pytest.mark.parametrize("answer", EVERYTHING)
def test_neither_log_nor_refusal_holds_the_key_the_number_or_the_text(
    smsaero: SmsAeroServer, caplog: pytest.LogCaptureFixture, answer: Answer
) -> None:
    """As on a server whose LOG_LEVEL is DEBUG."""
    caplog.set_level(logging.DEBUG)
    smsaero.will_answer(answer)
    logging.getLogger("some.library").debug("on DEBUG too")
    said = ""
    try:
        sms.send(ALICE, TEXT)
    except (NotSent, MaybeSent) as error:
        said = str(error)
    lines = caplog.text + said
    assert "on DEBUG too" in lines
    secrets = [CREDENTIALS["SMSAERO_API_KEY"], ALICE.removeprefix("+"), "4321", "Никому"]
    assert [secret for secret in secrets if secret in lines] == []
