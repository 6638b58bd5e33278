"""The environment is followed, and a mistake in it is reported in one line."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from config.environment import Environment
from tests.config.test_checks import ROOT
from tests.stack.parts import BIN, eventually, free_port

SECRET = "postgres//referral:hunter2@db"
MANAGE = [sys.executable, "manage.py"]
COMMANDS = {
    "manage": ([*MANAGE, "createsuperuser"], 1),
    "worker": ([str(BIN / "celery"), "--app", "config", "worker"], 1),
    "beat": ([str(BIN / "celery"), "--app", "config", "beat"], 1),
    "gunicorn": (
        [
            str(BIN / "gunicorn"),
            "--config",
            "config/gunicorn.py",
            "--bind=127.0.0.1:0",
            "config.wsgi",
        ],
        3,  # of a process that did not boot
    ),
}
NOT_SET = "SECRET_KEY is not set. For development set DEBUG=true "
MALFORMED = [
    ("int", "eighty", "Not a valid integer."),
    ("bool", "perhaps", "Not a valid boolean."),
    ("date", "tomorrow", "Not a valid date."),
    ("dict", "none", "Not in the right form."),
    ("log_level", "LOUD", "Not a valid log level."),
    ("dj_db_url", SECRET, "Not a valid database URL."),
]


def environment(**changes: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], **changes}


def run(command: list[str], **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, env=environment(**changes), capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_a_variable_that_is_not_set_is_one_line(name: str) -> None:
    command, status = COMMANDS[name]
    ended = run(command, DEBUG="false", LOG_FORMAT="json")
    assert ended.returncode == status
    lines = [line for line in ended.stderr.splitlines() if not line.startswith("{")]
    assert len(lines) == 1
    assert lines[0].startswith(NOT_SET)
    assert lines[0].endswith("On a server write SECRET_KEY into .env, as .env.example says.")


@pytest.mark.parametrize(("reader", "value", "reason"), MALFORMED)
def test_a_malformed_variable_is_named_with_the_reason_and_without_its_value(
    monkeypatch: pytest.MonkeyPatch, reader: str, value: str, reason: str
) -> None:
    monkeypatch.setenv("GIVEN", value)
    with pytest.raises(SystemExit) as ended:
        getattr(Environment(), reader)("GIVEN")
    assert ended.value.code == f"GIVEN is malformed: {reason} See .env.example."


def test_the_reasons_of_a_list_are_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIVEN", "one-two")
    with pytest.raises(SystemExit, match=r"^GIVEN is malformed: Not a valid number\. See"):
        Environment().list("GIVEN", subcast=float, delimiter="-")


def test_a_malformed_setting_is_one_line() -> None:
    ended = run([*MANAGE, "check"], DEBUG="true", SECRET_KEY="")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "SECRET_KEY is malformed: It is empty. See .env.example.\n"


def test_a_bug_still_shows_its_traceback(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("from config.settings import *\nint('x')\n")
    ended = run(
        [*MANAGE, "check"],
        DEBUG="true",
        DJANGO_SETTINGS_MODULE="broken",
        PYTHONPATH=str(tmp_path),
    )
    assert ended.returncode == 1
    assert "Traceback" in ended.stderr
    assert ended.stderr.endswith("ValueError: invalid literal for int() with base 10: 'x'\n")


@contextmanager
def development_server(folder: Path, *arguments: str, **changes: str) -> Iterator[None]:
    variables = environment(
        DEBUG="true", DATABASE_URL=f"sqlite:///{folder / 'db.sqlite3'}", **changes
    )
    command = [*MANAGE, "runserver", "--noreload", *arguments]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=log, stderr=log)
        try:
            yield
        finally:
            server.terminate()
            server.wait()


def linked(port: int) -> str:
    """The host and port that the schema of a server names, as every link does."""
    answer = eventually(lambda: httpx.get(f"http://127.0.0.1:{port}/swagger.json"))
    return str(answer.json()["host"])


@pytest.mark.parametrize("address", ["{port}", "127.0.0.1:{port}"])
def test_links_follow_the_port_of_runserver(tmp_path: Path, address: str) -> None:
    port = free_port()
    with development_server(tmp_path, "-v", "2", address.format(port=port), PORT="9000"):
        assert linked(port) == f"127.0.0.1:{port}"


def test_runserver_follows_the_port_of_the_environment(tmp_path: Path) -> None:
    port = free_port()
    with development_server(tmp_path, PORT=str(port)):
        assert linked(port) == f"127.0.0.1:{port}"
