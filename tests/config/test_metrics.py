"""What Prometheus reads, and who else may."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from referrals import services as referrals
from tests.conftest import ALICE, BOB, HERE, ask, sign_in, wrong
from users.confirmation import outbox
from users.exceptions import InvalidConfirmationCode
from users.models import ConfirmationCode, Delivery, User
from users.sign_ins import signing_in

pytestmark = pytest.mark.django_db

PORT = 9100


class Socket:
    """A connection to one of our ports."""

    def __init__(self, name: Any) -> None:
        self.name = name

    def getsockname(self) -> Any:
        return self.name


INSIDE: dict[str, Any] = {"gunicorn.socket": Socket(("10.0.0.2", PORT))}


@pytest.fixture(autouse=True)
def port(settings: Settings) -> None:
    settings.METRICS_PORT = PORT


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


class Growth:
    """By how much a counter has grown since."""

    def __init__(self, name: str, **labels: Any) -> None:
        self.name, self.labels = name, {key: str(label) for key, label in labels.items()}
        self.before = value(name, **self.labels)

    def __call__(self) -> float:
        return value(self.name, **self.labels) - self.before


def samples(client: Client) -> Iterator[tuple[str, tuple[str, ...], float]]:
    response = client.get("/metrics", **INSIDE)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain")
    for family in text_string_to_metric_families(response.text):
        for sample in family.samples:
            yield sample.name, tuple(sample.labels.values()), sample.value


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"gunicorn.socket": Socket(("10.0.0.2", 8000))},
        {"gunicorn.socket": Socket("/run/gunicorn.sock")},
        {"gunicorn.socket": Socket("")},
        {"SERVER_PORT": str(PORT), "HTTP_HOST": f"testserver:{PORT}"},
        {"HTTP_X_FORWARDED_PORT": str(PORT), "HTTP_X_FORWARDED_HOST": f"testserver:{PORT}"},
    ],
    ids=["plain", "outer port", "unix socket", "unnamed socket", "host", "forwarded"],
)
def test_the_public_port_has_no_metrics(client: Client, environ: dict[str, Any]) -> None:
    response = client.get("/metrics", **environ)
    assert response.status_code == 404
    assert "http_requests" not in response.text


def test_in_development_the_metrics_are_at_the_same_port(
    client: Client, settings: Settings
) -> None:
    settings.DEBUG = True
    response = client.get("/metrics")
    assert response.status_code == 200
    assert "http_requests_total" in response.text


def test_without_a_metrics_port_there_are_no_metrics(client: Client, settings: Settings) -> None:
    settings.METRICS_PORT = None
    assert client.get("/metrics", **INSIDE).status_code == 404


@pytest.mark.parametrize("path", ["/healthz/", "/readyz/", "/metrics"])
def test_the_inside_port_answers_any_host(client: Client, settings: Settings, path: str) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path, headers={"Host": "web:9100"}, **INSIDE).status_code == 200
    assert client.post(path, **INSIDE).status_code == 405


@pytest.mark.parametrize("path", ["/", "/api/v1/users/me/", "/admin/", "/metrics/", "/healthz"])
def test_the_inside_port_has_no_other_page(client: Client, path: str) -> None:
    response = client.get(path, **INSIDE)
    assert (response.status_code, response.content) == (404, b"")


@pytest.mark.parametrize(
    ("method", "path", "status", "route"),
    [
        ("GET", "/api/v1/users/12345/", 401, "/api/v1/users/<int:pk>/"),
        ("POST", "/api/v1/auth/token/", 400, "/api/v1/auth/token/"),
        ("GET", "/nowhere/+79991234567/", 404, "none"),
        ("DELETE", "/healthz/", 405, "/healthz/"),
        ("BREW", "/healthz/", 405, "/healthz/"),
    ],
)
def test_a_request_is_counted_by_its_route(
    client: Client, method: str, path: str, status: int, route: str
) -> None:
    known = "other" if method == "BREW" else method
    counted = Growth("http_requests_total", method=known, route=route, status=status)
    timed = Growth("http_request_duration_seconds_count", route=route)
    assert client.generic(method, path).status_code == status
    assert (counted(), timed()) == (1, 1)


def test_a_crash_is_counted(client: Client, settings: Settings) -> None:
    client.raise_request_exception = False
    settings.SMS_INBOX_FILE = None  # which never happens in practice
    counted = Growth("http_requests_total", method="GET", route="/dev/sms/", status=500)
    client.get("/dev/sms/")
    assert counted() == 1


def test_what_happens_to_codes_is_counted() -> None:
    events = ["code_requested", "code_delivered", "code_refused", "signed_in"]
    counted = {event: Growth("account_events_total", event=event) for event in events}
    sms = Growth("sms_total", gateway="simulated", outcome="sent")
    code = ask(ALICE)
    with pytest.raises(InvalidConfirmationCode):
        signing_in.sign_in(ALICE, wrong(code), HERE)
    signing_in.sign_in(ALICE, code, HERE)
    assert {event: grown() for event, grown in counted.items()} == dict.fromkeys(events, 1)
    assert sms() == 1


def test_an_activation_is_counted_once(alice: User, bob: User) -> None:
    activations = Growth("activations_total")
    code = referrals.issue_invite_code(bob).code
    for _ in range(2):
        referrals.activate(alice, code)
    assert activations() == 1


def test_codes_under_way_are_looked_up(client: Client) -> None:
    assert ("codes_under_way", ("queued",), 0) in list(samples(client))
    for number, state in ((ALICE, Delivery.QUEUED), (BOB, Delivery.SENDING)):
        ask(number)
        ConfirmationCode.objects.filter(phone_number=number).update(
            delivery=state, due_at=timezone.now() - timedelta(seconds=30)
        )
    found = {(name, labels): number for name, labels, number in samples(client)}
    assert found["codes_under_way", ("queued",)] == found["codes_under_way", ("sending",)] == 1
    assert 30 <= found["codes_overdue_seconds", ()] < 60


def test_without_a_database_the_other_metrics_are_given(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable() -> None:
        raise DatabaseError

    monkeypatch.setattr(outbox, "under_way", unreachable)
    names = {name for name, _, _ in samples(client)}
    assert "codes_under_way" not in names
    assert "activations_total" in names


def test_no_label_names_a_person(client: Client) -> None:
    sign_in(ALICE)
    client.get(f"/{ALICE}/", {"phone_number": ALICE})
    assert ALICE[1:] not in client.get("/metrics", **INSIDE).text
