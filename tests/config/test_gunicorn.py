"""gunicorn as it is started: its ports, its log on the console and in a file, a reload."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from config import __version__
from tests.config.test_checks import KEY, ROOT
from tests.stack.parts import BIN, PATIENCE, eventually, free_port

NUMBER, SIGNED_IN, ANOTHER = "+79991234567", "+79990000001", "+79990000002"


class Server:
    """Two processes on SQLite, as in production except for the address."""

    def __init__(self, folder: Path) -> None:
        self.port, self.inside = free_port(), free_port()
        self.log, self.file = folder / "log", folder / "requests.log"
        environment = {
            "PATH": os.environ["PATH"],
            "DEBUG": "false",
            "SECRET_KEY": KEY,
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "PORT": str(self.port),
            "METRICS_PORT": str(self.inside),
            "WEB_CONCURRENCY": "2",
            "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
            "SMS_DELAY": "0",
            "SMS_INBOX": "true",
            "LOG_LEVEL": "DEBUG",
            "LOG_FILE": str(self.file),
            "TMPDIR": str(folder),
        }
        command = [str(BIN / "gunicorn"), "--config", "config/gunicorn.py", "config.wsgi"]
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True
        )
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        eventually(lambda: self.inner("/readyz/").status_code == 200)

    def outer(self, path: str, **more: Any) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE, **more)

    def inner(self, path: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.inside}{path}", timeout=PATIENCE)

    def lines(self, file: Path | None = None) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (file or self.log).read_text().splitlines()]

    def sign_in(self, number: str) -> list[str]:
        """The secrets that a sign-in leaves behind: the code and both tokens."""
        api = f"http://127.0.0.1:{self.port}/api/v1/auth"
        asked = {"phone_number": number, "code_length": 6}
        assert httpx.post(f"{api}/code/", json=asked, timeout=PATIENCE).status_code == 202
        inbox = self.outer(
            "/dev/sms/", params={"phone_number": number}, headers={"Accept": "application/json"}
        )
        code = str(inbox.json()["messages"][0]["confirmation_code"])
        body = {"phone_number": number, "confirmation_code": code}
        pair = httpx.post(f"{api}/token/", json=body, timeout=PATIENCE).json()
        return [code, pair["access"], pair["refresh"]]

    def counted(self) -> float:
        start = 'http_requests_total{method="GET",route="/api/v1/users/",status="401"} '
        found = [line for line in self.inner("/metrics").text.splitlines() if start in line]
        return float(found[0].removeprefix(start)) if found else 0.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("gunicorn"))
    yield running
    running.process.terminate()
    with suppress(subprocess.TimeoutExpired):
        running.process.wait(20)
    running.process.kill()
    running.process.wait()


def test_the_port_inside_is_not_the_port_outside(server: Server) -> None:
    assert server.outer("/metrics").status_code == 404
    assert server.inner("/").status_code == 404
    assert server.inner("/healthz/").json() == {"status": "ok", "version": __version__}
    spoofed = server.outer("/metrics", headers={"Host": f"127.0.0.1:{server.inside}"})
    assert spoofed.status_code == 404


def test_processes_count_together_and_a_reload_forgets_nothing(server: Server) -> None:
    for _ in range(20):
        assert server.outer("/api/v1/users/").status_code == 401
    assert server.counted() == 20
    for _ in range(2):
        booted = server.log.read_text().count("Booting")
        server.process.send_signal(signal.SIGHUP)
        eventually(lambda: server.log.read_text().count("Booting") == booted + 2)  # noqa: B023
        for _ in range(10):
            assert server.outer("/api/v1/users/").status_code == 401
    assert server.counted() == 40
    files = list(server.log.parent.glob("metrics-*/counter_*.db"))
    assert 2 <= len(files) <= 4  # and not one for each process that has ever run


def test_every_line_of_the_log_is_json_without_personal_data(server: Server) -> None:
    answer = server.outer(f"/i/KMKWS2/?phone_number={NUMBER}")
    server.outer(f"/{NUMBER}/")
    server.outer("/healthz/")
    access = [line for line in server.lines() if line["logger"] == "gunicorn.access"]
    mine = next(line for line in access if line["request_id"] == answer.headers["X-Request-ID"])
    assert (mine["path"], mine["network"]) == ("/i/[code]/", "127.0.0.0/24")
    written = {line["path"] for line in access if line["status"] == 200}
    assert written.isdisjoint({"/healthz/", "/readyz/", "/metrics"})
    text = server.log.read_text()
    assert NUMBER[1:] not in text
    assert "KMKWS2" not in text


def test_the_file_has_requests_and_sql_and_nothing_personal(server: Server) -> None:
    secrets = server.sign_in(SIGNED_IN)
    secrets.append(server.sign_in(ANOTHER)[0])
    answered = '"path": "/api/v1/auth/token/"'  # written after the client has its answer
    eventually(lambda: server.file.read_text().count(answered) == 2)
    text = server.file.read_text()
    assert [secret for secret in [*secrets, SIGNED_IN[2:], ANOTHER[2:]] if secret in text] == []
    lines = server.lines(server.file)
    asked = [line for line in lines if line.get("path") == "/api/v1/auth/token/"]
    assert [(line["logger"], line["status"]) for line in asked] == [("gunicorn.access", 200)] * 2
    written = [line["message"] for line in lines if line["logger"] == "config.statements"]
    assert any('INSERT INTO "users_signin"' in sql and "VALUES (%s, " in sql for sql in written)
    ids = {line["request_id"] for line in lines if line["logger"] == "config.statements"}
    assert asked[0]["request_id"] in ids
    assert not any(line["logger"] == "users.sms.simulated" for line in lines)


def test_the_file_is_for_its_owner_and_their_group(server: Server) -> None:
    server.outer("/")
    assert stat.S_IMODE(server.file.stat().st_mode) == 0o640
    lock = server.file.parent / ".__requests.lock"
    assert stat.S_IMODE(lock.stat().st_mode) == 0o640
