"""What Sentry is sent: what broke and where, and no personal data."""

import json
import logging
from collections.abc import Iterator
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
import sentry_sdk
from django.core.handlers.wsgi import WSGIHandler
from django_guid import clear_guid
from pytest_django import Settings
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from config import sentry
from tests.config.test_checks import in_production
from tests.config.test_logs import TOKEN
from tests.conftest import ALICE

pytestmark = pytest.mark.django_db

DSN = "https://key@sentry.example.org/1"
SECRETS = [ALICE, ALICE[1:], "8 (999) 000-00-01", TOKEN, "8642", "864209", "KMKWS2", "s3cret"]


class Kept(Transport):
    """Sends nothing anywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[dict[str, Any]] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        event: Any = envelope.get_event()
        if event:
            self.events.append(event)


@pytest.fixture
def sent() -> Iterator[list[dict[str, Any]]]:
    transport = Kept()
    sentry.start(DSN, "tests", transport=transport)
    yield transport.events
    sentry_sdk.get_global_scope().set_client(None)


def serve(**environ: str) -> dict[str, str]:
    """Answers as under gunicorn; returns the status and the headers."""
    answered: dict[str, str] = {}

    def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
        answered.update(headers, status=status)

    setup_testing_defaults(environ)
    b"".join(WSGIHandler()(environ, start))
    clear_guid()
    return answered


def test_a_crash_is_reported_without_its_request(
    sent: list[dict[str, Any]], settings: Settings
) -> None:
    settings.SMS_INBOX_FILE = None  # which never happens in practice
    response = serve(
        PATH_INFO="/dev/sms/",
        QUERY_STRING=f"phone_number={ALICE}&s3cret=1",
        HTTP_AUTHORIZATION=f"Bearer {TOKEN}",
        HTTP_REFERER=f"http://127.0.0.1/{ALICE}",
        HTTP_COOKIE="sessionid=s3cret",
    )
    assert response["status"] == "500 Internal Server Error"
    event = next(event for event in sent if "exception" in event)
    assert event["exception"]["values"][-1]["type"] in ("TypeError", "AttributeError")
    assert event["request"] == {"method": "GET", "url": "http://127.0.0.1/dev/sms/"}
    assert event["tags"]["request_id"] == response["X-Request-ID"]
    assert {"user", "extra"}.isdisjoint(event)
    assert leaks(sent) == []


def test_messages_and_breadcrumbs_are_scrubbed(sent: list[dict[str, Any]]) -> None:
    users = logging.getLogger("users")
    users.warning("wrong code %s for %s", "8642", ALICE)
    logging.getLogger("users.sms.simulated").warning("SMS to %s: 864209", ALICE)
    try:
        raise ValueError(f"Key (phone_number)=({ALICE}) exists; {TOKEN}; 8 (999) 000-00-01")
    except ValueError:
        users.exception("no %s at http://x/i/KMKWS2/?phone_number=8642", 864209)
    [event] = sent
    assert event["exception"]["values"][0]["value"] == (
        "Key (phone_number)=([number]) exists; [token]; [number]"
    )
    [crumb] = event["breadcrumbs"]["values"]
    assert crumb["message"] == "wrong code [code] for [number]"
    assert "code" not in str(crumb["timestamp"])
    assert leaks(sent) == []


def test_local_variables_are_not_reported(sent: list[dict[str, Any]]) -> None:
    def deliver(phone_number: str) -> None:
        digits = "s3cret"
        raise RuntimeError(len(phone_number + digits))

    try:
        deliver(ALICE)
    except RuntimeError as error:
        sentry_sdk.capture_exception(error)
    frames = sent[0]["exception"]["values"][0]["stacktrace"]["frames"]
    assert all("vars" not in frame for frame in frames)


def test_without_a_dsn_nothing_is_started() -> None:
    asked = "import config.wsgi, sentry_sdk; print(sentry_sdk.is_initialized())"
    assert in_production("-c", asked).stdout == "False\n"
    given = {"SENTRY_DSN": DSN, "SENTRY_ENVIRONMENT": "staging"}
    assert in_production("-c", asked, **given).stdout == "True\n"
    wrong = in_production("-c", asked, SENTRY_DSN="not-a-dsn")
    assert wrong.returncode != 0


def leaks(events: list[dict[str, Any]]) -> list[str]:
    """Secrets in what was sent, except in quoted lines of these tests."""
    for event in events:
        for exception in event.get("exception", {}).get("values", []):
            for frame in exception["stacktrace"]["frames"]:
                for name in ("context_line", "pre_context", "post_context"):
                    frame.pop(name, None)
    text = json.dumps([{**event, "event_id": "", "contexts": {}} for event in events], default=str)
    return [secret for secret in SECRETS if secret in text.replace(events[0]["timestamp"], "")]
