"""Settings that are unsafe in production are named, and the server does not start with them."""

import os
import secrets
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

pytestmark = pytest.mark.usefixtures("clock")

ROOT = Path(__file__).resolve().parents[2]
KEY = secrets.token_urlsafe(50)
NUMBER = "+79990000001"
SAFE: dict[str, Any] = {
    "DEBUG": False,
    "DEMO": True,
    "SITE_HOST": "example.org",
    "SMS_INBOX": False,
    "FLOOD_GUARD": True,
    "SECRET_KEY": KEY,
    "SECRET_KEY_FALLBACKS": [],
    "TEST_PHONE_NUMBERS": {},
    "TEST_PHONE_NUMBERS_UNTIL": None,
    "CODES_KEPT_DAYS": 31,
    "IS_HTTPS": True,
    "TRUSTED_PROXIES": 1,
    "ALLOWED_HOSTS": ["example.org"],
}
TEST_NUMBERS = {"TEST_PHONE_NUMBERS": {NUMBER: "123456"}}
UNSAFE: list[tuple[dict[str, Any], list[str]]] = [
    ({"DEMO": False}, ["settings.E001"]),
    ({"DEMO": False, "SMS_INBOX": True}, ["settings.E001"] * 2),
    ({"FLOOD_GUARD": False}, ["settings.E002"]),
    ({"SECRET_KEY": "short"}, ["settings.E003"]),
    ({"SECRET_KEY": KEY[:49]}, ["settings.E003"]),
    ({"SECRET_KEY": "abcabcd" * 10}, ["settings.E003"]),
    ({"SECRET_KEY": "development-only-" + KEY}, ["settings.E003"]),
    ({"SECRET_KEY_FALLBACKS": [KEY, "short"]}, ["settings.E003"]),
    ({"ALLOWED_HOSTS": ["example.org", "*"]}, ["settings.E011"]),
    ({"IS_HTTPS": False}, ["settings.W003"]),
    ({"TRUSTED_PROXIES": 0}, ["settings.W004"]),
    (TEST_NUMBERS, ["settings.E004"]),
    ({**TEST_NUMBERS, "TEST_PHONE_NUMBERS_UNTIL": date(2026, 11, 20)}, ["settings.E004"]),
    ({**TEST_NUMBERS, "TEST_PHONE_NUMBERS_UNTIL": date(2026, 11, 21)}, ["settings.W001"]),
]


def found(settings: Settings, **changes: Any) -> list[str]:
    """What the checks of the settings find in a safe production with these changes."""
    for name, value in {**SAFE, **changes}.items():
        setattr(settings, name, value)
    return [message.id or "" for message in run_checks(tags=["settings"])]


def in_production(*command: str, **environ: str | None) -> subprocess.CompletedProcess[str]:
    """Runs Python with the environment of a safe production, with these changes."""
    safe = {
        "PATH": os.environ["PATH"],
        "DEBUG": "false",
        "DEMO": "true",
        "SECRET_KEY": KEY,
        "SITE_URL": "https://example.org",
        "DATABASE_URL": "sqlite://:memory:",
    }
    given = {name: value for name, value in (safe | environ).items() if value is not None}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=given, capture_output=True, text=True, check=False
    )


def test_a_safe_production_is_silent(settings: Settings) -> None:
    assert found(settings) == []
    assert found(settings, SMS_INBOX=True) == []  # a demonstration shows its codes
    assert found(settings, SECRET_KEY_FALLBACKS=[KEY[::-1]], CODES_KEPT_DAYS=400) == []


@pytest.mark.parametrize(("changes", "expected"), UNSAFE)
def test_unsafe_settings_are_named(
    settings: Settings, changes: dict[str, Any], expected: list[str]
) -> None:
    assert found(settings, **changes) == expected


@pytest.mark.parametrize(("changes", "_"), UNSAFE)
@pytest.mark.parametrize(
    "here",
    [
        {"DEBUG": True},
        {"SITE_HOST": "localhost"},
        {"SITE_HOST": "shop.localhost"},
        {"SITE_HOST": "127.0.0.1"},
        {"SITE_HOST": "127.9.9.9"},
        {"SITE_HOST": "::1"},
    ],
)
def test_on_this_machine_they_are_allowed(
    settings: Settings, here: dict[str, Any], changes: dict[str, Any], _: list[str]
) -> None:
    assert found(settings, **changes, **here) == []


@pytest.mark.parametrize(
    ("changes", "expected"), [({}, ["settings.E010"]), ({"SITE_HOST": "127.0.0.1"}, [])]
)
def test_the_password_of_the_example_is_refused_in_production(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, Any],
    expected: list[str],
) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "PASSWORD", "referral")
    assert found(settings, **changes) == expected


@pytest.mark.parametrize("host", ["10.0.0.1", "0.0.0.0", "localhost.example.org", "192.168.1.1"])
def test_every_other_host_is_production(settings: Settings, host: str) -> None:
    assert found(settings, DEMO=False, SITE_HOST=host) == ["settings.E001"]


@pytest.mark.parametrize(
    ("number", "code", "wrong"),
    [
        (NUMBER, "123456", 0),
        (NUMBER, "1234", 1),
        (NUMBER, "12345a", 1),
        (NUMBER, "１２３４５６", 1),
        ("89990000001", "123456", 1),
        ("+74951234567", "123456", 1),
        ("x", "", 2),
    ],
)
@pytest.mark.parametrize("debug", [True, False])
def test_test_numbers_are_mobile_numbers_with_six_digits(
    settings: Settings, number: str, code: str, wrong: int, debug: bool
) -> None:
    until = date(2026, 12, 31)
    changes = {"TEST_PHONE_NUMBERS": {number: code}, "TEST_PHONE_NUMBERS_UNTIL": until}
    ids = found(settings, DEBUG=debug, **changes)
    assert ids.count("settings.E005") == wrong


@pytest.mark.parametrize(
    ("origins", "wrong"),
    [
        (["https://app.example.org", "http://localhost:3000", "https://a.b:8443"], 0),
        (["*"], 1),
        (["https://app.example.org/", "app.example.org", "null", "https://*.example.org"], 4),
        (["https://App.example.org", "https://a@b", "ftp://a", "https://a:999999", ""], 5),
    ],
)
@pytest.mark.parametrize("debug", [True, False])
def test_an_allowed_origin_must_be_an_origin(
    settings: Settings, origins: list[str], wrong: int, debug: bool
) -> None:
    assert found(settings, DEBUG=debug, CORS_ALLOWED_ORIGINS=origins) == ["settings.E009"] * wrong


def test_a_check_shows_no_whole_number(settings: Settings) -> None:
    found(settings, TEST_PHONE_NUMBERS={NUMBER: "1"})
    assert NUMBER not in str(run_checks(tags=["settings"]))


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize(("days", "expected"), [(30, ["settings.E006"]), (31, [])])
def test_codes_are_kept_as_long_as_they_count(
    settings: Settings, debug: bool, days: int, expected: list[str]
) -> None:
    assert found(settings, DEBUG=debug, CODES_KEPT_DAYS=days) == expected


def test_a_safe_production_passes_the_deployment_checks() -> None:
    deploy = ["check", "--deploy", "--fail-level", "WARNING"]
    done = in_production("manage.py", *deploy, TRUSTED_PROXIES="1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "System check identified no issues (0 silenced).\n"


def test_a_safe_production_starts() -> None:
    # swagger-spec-validator, a tool of development, imports a name that jsonschema has deprecated
    quiet = ["-W", "error", "-W", "ignore:jsonschema.RefResolver:DeprecationWarning"]
    done = in_production(*quiet, "-c", "import config.wsgi", TRUSTED_PROXIES="1")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"DEMO": "false"}, "SMS_GATEWAY=simulated sends no SMS; only for DEMO=true."),
        ({"DEMO": "false", "SMS_INBOX": "true"}, "SMS_INBOX=true shows every code"),
        ({"FLOOD_GUARD": "false"}, "FLOOD_GUARD=false lets one address flood the site."),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is weak: take 50 random characters."),
        ({"TEST_PHONE_NUMBERS": f"{NUMBER}=123456"}, "TEST_PHONE_NUMBERS needs an end"),
        (
            {"TEST_PHONE_NUMBERS": f"{NUMBER}=1", "TEST_PHONE_NUMBERS_UNTIL": "2999-12-31"},
            "+7••••••0001 needs a code of six digits.",
        ),
        ({"DATABASE_URL": "postgres://referral:referral@db/referral"}, "publicly known."),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS=* lets any client choose the host."),
        ({"CORS_ALLOWED_ORIGINS": "*"}, "'*' is not https://host:port."),
        ({"METRICS_PORT": "8000"}, "METRICS_PORT must differ from PORT, which is public."),
        ({"METRICS_PORT": "70000"}, "METRICS_PORT"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT"),
        ({"LOG_FILE": "nowhere/requests.log"}, "nowhere is missing or not writable."),
        ({"DATABASE_STATEMENT_TIMEOUT": "-1"}, "DATABASE_STATEMENT_TIMEOUT"),
        ({"CODES_KEPT_DAYS": "30"}, "CODES_KEPT_DAYS below 31 would refill the budgets."),
        ({"SECRET_KEY": None}, "SECRET_KEY is not set."),
        ({"SITE_URL": None}, "SITE_URL is not set."),
        ({"SITE_URL": "example.org"}, "SITE_URL"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_an_unsafe_production_does_not_start(environ: dict[str, str | None], message: str) -> None:
    done = in_production("-c", "import config.wsgi", **environ)
    assert done.returncode != 0
    assert message in done.stderr
    assert NUMBER not in done.stderr


def test_a_worker_and_beat_do_not_start_either(tmp_path: Path) -> None:
    for command in (["worker", "--pool", "solo"], ["beat", "--schedule", f"{tmp_path}/beat"]):
        done = in_production("-m", "celery", "--app", "config", *command, SECRET_KEY="short")
        assert done.returncode != 0
        assert "SECRET_KEY is weak: take 50 random characters." in done.stderr
