"""The whole system on one machine: web, worker, beat, Redis and PostgreSQL.

`make stack` starts it for a person; the tests of `tests/stack/` start one each and
kill its parts. Redis comes from the machine (`redis-server`), PostgreSQL from
DATABASE_URL, or else from the wheel that the tests use.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg2

BIN = Path(sys.executable).parent
ROOT = Path(__file__).parent.parent
PATIENCE = 30  # seconds that anything may take to start


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def eventually(condition: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Waits until something is so, and returns what it found; fails when patience runs out."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError, psycopg2.OperationalError):
            if found := condition():
                return found
        time.sleep(0.05)
    raise TimeoutError(condition)


class Stack:
    """Starts each part by name, and stops or kills it by name."""

    def __init__(self, database_url: str, port: int | None = None, **environment: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="referral-stack-"))
        self.port, self.redis_port = port or free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "DEBUG": "true",
            "SECRET_KEY": "stack" * 12,
            "SITE_URL": self.url,
            "PORT": str(self.port),
            "DATABASE_URL": database_url,
            "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "FLOOD_GUARD": "false",
            "SMS_DELAY": "0",
            **environment,
        }
        self.parts: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        try:
            self.start_redis()
            self.manage("migrate", "--verbosity", "0")
            self.start_web()
            self.start_worker()
            self.start_beat()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        for name in reversed(list(self.parts)):
            self.stop(name)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start_redis(self) -> None:
        options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.start("redis", "redis-server", "--port", str(self.redis_port), *options)
        eventually(lambda: self.redis("PING") == "PONG")

    def start_web(self, workers: int = 2) -> None:
        config = ["--config", "config/gunicorn.py", "--workers", str(workers)]
        self.start("web", str(BIN / "gunicorn"), *config, "config.wsgi")
        eventually(lambda: httpx.get(f"{self.url}/readyz/").status_code == 200)

    def start_worker(self) -> None:
        pool = ["--pool", "threads", "--concurrency", "50", "--loglevel", "INFO"]
        self.start("worker", str(BIN / "celery"), "--app", "config", "worker", *pool)

    def start_beat(self) -> None:
        schedule = str(self.folder / "beat")
        self.start("beat", str(BIN / "celery"), "--app", "config", "beat", "--schedule", schedule)

    def start(self, name: str, *command: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.parts[name] = subprocess.Popen(
                command,
                cwd=self.folder if name == "redis" else ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """SIGKILL to the part and its children: nothing in it may tidy up."""
        part = self.parts.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(part.pid, signal.SIGKILL)
        part.wait()

    def stop(self, name: str) -> None:
        part = self.parts[name]
        part.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            part.wait(5)
        self.kill(name)

    def freeze(self, name: str) -> None:
        """The part hangs: its connections stand open, and nothing answers."""
        self.parts[name].send_signal(signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        self.parts[name].send_signal(signal.SIGCONT)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        run = subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        )
        return run.stdout

    def redis(self, *command: str) -> str:
        cli = ["redis-cli", "-p", str(self.redis_port), *command]
        return subprocess.run(cli, capture_output=True, text=True, check=False).stdout.strip()


@contextlib.contextmanager
def new_database(server_url: str) -> Iterator[str]:
    """A database of its own on the server of this URL, dropped at the end."""
    parts = urlsplit(server_url)
    name = f"stack_{os.getpid()}_{time.monotonic_ns()}"
    yield_url = urlunsplit(parts._replace(path=f"/{name}"))
    administrator = psycopg2.connect(server_url)
    administrator.autocommit = True
    with contextlib.closing(administrator), administrator.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            yield yield_url
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def main() -> None:
    from tests import environment  # starts PostgreSQL, where DATABASE_URL names none

    del environment
    port = int(os.environ.get("PORT", "8000"))
    delay = os.environ.get("SMS_DELAY", "1-2")
    with (
        new_database(os.environ["DATABASE_URL"]) as database_url,
        Stack(database_url, port, SMS_DELAY=delay, FLOOD_GUARD="true") as stack,
    ):
        print(f"The whole system runs at {stack.url}/ — its logs are in {stack.folder}")
        print("Web, worker, beat, Redis and PostgreSQL; Ctrl-C ends them all.", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()
