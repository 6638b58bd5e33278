"""What a log line looks like, and what it never contains."""

import json
import logging
import sys
from typing import Any

import pytest
from django_guid import clear_guid, set_guid
from gunicorn.glogging import SafeAtoms

from config import logs, scrub

NUMBER = "+79991234567"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzaWduX2luIjoxMjN9.c2lnbmF0dXJlLW9mLWEtdG9rZW4"
ID = "0123456789abcdef0123456789abcdef"


def record(message: str, *args: Any, name: str = "users", **more: Any) -> logging.LogRecord:
    line = logging.LogRecord(name, logging.INFO, "", 1, message, args, more.pop("exc_info", None))
    line.__dict__.update(more)
    return line


def access(path: str = "/", status: str = "200", **atoms: Any) -> logging.LogRecord:
    found = {"h": "203.0.113.9", "m": "GET", "U": path, "s": status, "B": 7, "M": 3, **atoms}
    return record("%(h)s %(q)s", SafeAtoms(found), name=logs.ACCESS)


def as_json(line: logging.LogRecord) -> dict[str, Any]:
    return dict(json.loads(logs.JSONLines().format(line)))


def as_line(line: logging.LogRecord) -> str:
    style: Any = "{"
    return logs.Lines("{levelname} {request_id} {name}: {message}", style=style).format(line)


def test_a_line_for_a_program() -> None:
    set_guid(ID)
    entry = as_json(record("%s rows", 3, request="<GET '/?phone_number=1'>", status_code=404))
    clear_guid()
    assert entry.pop("time").endswith("+00:00")
    assert entry == {"level": "INFO", "logger": "users", "request_id": ID, "message": "3 rows"}


def test_a_line_for_a_person() -> None:
    set_guid(ID)
    assert as_line(record("%s rows", 3)) == f"INFO {ID} users: 3 rows"
    clear_guid()
    assert as_line(record("nobody asked")) == "INFO - users: nobody asked"


def test_an_access_line_has_no_query_and_no_whole_address() -> None:
    line = access("/api/v1/users/", q=f"search={NUMBER}", **{"{X-Request-ID}o".lower(): ID})
    entry = as_json(line)
    del entry["time"]
    assert entry == {
        "level": "INFO",
        "logger": "gunicorn.access",
        "request_id": ID,
        "network": "203.0.113.0/24",
        "method": "GET",
        "path": "/api/v1/users/",
        "status": 200,
        "bytes": 7,
        "ms": 3,
    }
    assert as_line(line) == (
        f"INFO {ID} gunicorn.access: 203.0.113.0/24 GET /api/v1/users/ 200 7 3"
    )


@pytest.mark.parametrize(
    ("address", "network"),
    [("2001:db8:1:2::9", "2001:db8:1::/48"), ("", "-"), ("unix:", "-")],
)
def test_the_network_of_an_address(address: str, network: str) -> None:
    assert as_json(access(h=address))["network"] == network


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/i/KMKWS2/", "/i/[code]/"),
        ("/i/KMKWS2", "/i/[code]"),
        (f"/{NUMBER}/", "/[number]/"),
        (f"/x/{TOKEN}", "/x/[token]"),
        ("/a\nb", "/a\\nb"),
        ("/\x1b[31m", "/\\x1b[31m"),
        ("/Привет/".encode().decode("latin-1"), "/\\u041f\\u0440\\u0438\\u0432\\u0435\\u0442/"),
        ("/users/12345/", "/users/12345/"),
    ],
)
def test_a_path_is_scrubbed_and_stays_on_its_line(path: str, written: str) -> None:
    assert as_json(access(path))["path"] == written
    assert "\n" not in as_line(access(path))


@pytest.mark.parametrize("path", sorted(logs.PROBES))
def test_a_successful_probe_is_not_logged(path: str) -> None:
    quiet = logs.WithoutProbes()
    assert not quiet.filter(access(path))
    assert quiet.filter(access(path, "503"))
    assert quiet.filter(access("/"))


def test_a_simulated_sms_stays_out_of_the_file() -> None:
    kept_out = logs.WithoutSMS()
    assert not kept_out.filter(record("SMS to %s: %s", NUMBER, "1234", name="users.sms.simulated"))
    assert kept_out.filter(record("3 rows"))


@pytest.mark.parametrize(
    "secret",
    [NUMBER, "8 (999) 123-45-67", "79991234567", "+7 999 123-45-67", TOKEN, f"Bearer {TOKEN}"],
)
def test_numbers_and_tokens_are_cut_out_of_every_line(secret: str) -> None:
    try:
        raise ValueError(f"Key (phone_number)=({secret}) already exists.")
    except ValueError:
        line = record("refused %s", secret, exc_info=sys.exc_info())
    for text in (logs.JSONLines().format(line), as_line(line)):
        assert secret not in text
        assert "ValueError: Key (phone_number)=(" in text
    assert secret in line.getMessage()  # other handlers read the record itself


def test_a_request_line_loses_its_query() -> None:
    line = record('"GET /dev/sms/?phone_number=%s HTTP/1.1" 200', NUMBER, name="django.server")
    assert as_json(line)["message"] == '"GET /dev/sms/ HTTP/1.1" 200'


def test_the_simulated_phone_network_delivers_into_the_log() -> None:
    line = record("SMS to %s: %s", NUMBER, "1234", name="users.sms.simulated")
    assert as_json(line)["message"] == f"SMS to {NUMBER}: 1234"


@pytest.mark.parametrize(
    "harmless",
    [
        "2026-11-21T09:17:04",
        "Listening at: http://127.0.0.1:8000 (17143)",
        f"Task users.delivery.deliver[{ID}] succeeded in 0.028134 s",
        "config.settings.production_database",
    ],
)
def test_what_is_not_a_secret_stays(harmless: str) -> None:
    assert scrub.line(harmless) == harmless


def test_a_report_has_no_code_either() -> None:
    assert scrub.report("code 1234 or 123456 at /x/?y=1, 12 or 1234567") == (
        "code [code] or [code] at /x/ 12 or 1234567"
    )
