"""SMS Aero: what each answer means, and that one request is made."""

import base64
import logging
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from tests import smsaero_server as server
from tests.conftest import ALICE
from tests.smsaero_server import CREDENTIALS, SENDER, Answer, Received, SmsAeroServer
from tests.stack import free_port
from users import sms
from users.sms import MaybeSent, NotSent, Unavailable
from users.sms import smsaero as gateway

TEXT = "Код: 4321. Никому не сообщайте.\n\n@example.org #4321"
REASONLESS = [Answer("{}"), Answer('{"success": false}'), Answer('{"result": "reject"}')]
NO_OBJECT = [Answer("5"), Answer('"sent"'), server.LIST, server.NULL, Answer("[" * 100_000)]
REFUSALS = [server.REFUSED, server.REJECTED]
UNCLEAR = [server.BROKEN, server.GARBAGE, server.DROPPED, Answer(""), *REASONLESS, *NO_OBJECT]
USER_AND_KEY = f"{CREDENTIALS['SMSAERO_EMAIL']}:{CREDENTIALS['SMSAERO_API_KEY']}"
AUTHORIZATION = f"Basic {base64.b64encode(USER_AND_KEY.encode()).decode()}"
EVERYTHING = [server.SUCCESS, server.NO_CREDITS, *REFUSALS, *UNCLEAR]


@pytest.fixture(autouse=True)
def smsaero(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[SmsAeroServer]:
    """The gateway in use, with a key and a trusted certificate."""
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


def failing_with(error: OSError) -> Callable[..., None]:
    def fail(*args: Any) -> None:
        raise error

    return fail


def test_number_text_and_sender_arrive(smsaero: SmsAeroServer) -> None:
    assert sms.send(ALICE, TEXT) == "smsaero"
    body = {"number": 79990000001, "text": TEXT, "sign": SENDER}
    assert smsaero.received == [Received("/v2/sms/send", AUTHORIZATION, body)]


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


@pytest.mark.parametrize("answer", UNCLEAR)
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


def test_a_host_that_refuses_the_connection_has_sent_nothing(settings: Settings) -> None:
    settings.SMSAERO_GATE = f"https://127.0.0.1:{free_port()}/v2/"
    assert refusal() is Unavailable


def test_a_host_that_is_not_found_has_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", failing_with(socket.gaierror("no such host")))
    assert refusal() is Unavailable


def test_a_host_that_does_not_take_the_connection_has_sent_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket.socket, "connect", failing_with(TimeoutError()))
    assert refusal() is Unavailable


@pytest.mark.parametrize("answer", EVERYTHING)
def test_one_request_is_made_for_every_kind_of_answer(
    smsaero: SmsAeroServer, answer: Answer
) -> None:
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
@pytest.mark.parametrize("body", ["", server.SUCCESS.body])
def test_a_redirect_is_not_followed(smsaero: SmsAeroServer, scheme: str, body: str) -> None:
    elsewhere = f"{scheme}://{smsaero.gate.removeprefix('https://')}sms/send"
    smsaero.will_answer(server.redirect(elsewhere)._replace(body=body), server.SUCCESS)
    assert refusal() is MaybeSent
    assert len(smsaero.received) == smsaero.connections == 1
    assert smsaero.spoke_plainly == 0


def test_only_the_gateway_judges_numbers(smsaero: SmsAeroServer) -> None:
    """A number that was taken may stop being valid with the next numbering plan."""
    smsaero.will_answer(server.REFUSED)
    assert refusal("+70000000000") is NotSent
    assert len(smsaero.received) == 1


def test_a_password_in_netrc_is_not_sent(
    smsaero: SmsAeroServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text(f"machine {server.HOST} login root password toor\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert refusal() is None
    assert smsaero.received[0].authorization == AUTHORIZATION


@pytest.mark.parametrize(
    "gate",
    [
        "https://gate.smsaero.ru/v2/",
        "https://gate.smsaero.ru/v2",
        "https://gate.smsaero.ru",
        "@gate.smsaero.ru/v2/",
        "@gate.smsaero.ru",
        "gate.smsaero.ru/v2/",
    ],
)
def test_the_address_may_be_written_as_before(settings: Settings, gate: str) -> None:
    settings.SMSAERO_GATE = gate
    assert gateway.url() == "https://gate.smsaero.ru/v2/sms/send"


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
