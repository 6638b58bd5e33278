"""Web, worker, beat and Redis, on the database of a server that runs already."""

import os
import subprocess
import sys
from typing import Self

import httpx

from tests.stack.parts import BIN, ROOT, Parts, eventually, free_port


class Stack(Parts):
    """Redis comes from the machine (`redis-server`); the rest from our own requirements."""

    def __init__(self, database_url: str, port: int | None = None, **environment: str) -> None:
        self.port, self.redis_port = port or free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        defaults = {
            "DEBUG": "true",
            "SECRET_KEY": "stack" * 12,
            "SITE_URL": self.url,
            "PORT": str(self.port),
            "DATABASE_URL": database_url,
            "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "FLOOD_GUARD": "false",
            "SMS_DELAY": "0",
        }
        super().__init__({**os.environ, **defaults, **environment})

    def __enter__(self) -> Self:
        try:
            self.begin()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.end()

    def begin(self) -> None:
        self.start_redis()
        self.manage("migrate", "--verbosity", "0")
        self.start_web()
        self.start_worker()
        self.start_beat()

    def start_redis(self) -> None:
        options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        port = str(self.redis_port)
        self.start("redis", "redis-server", "--port", port, *options, cwd=self.folder)
        eventually(lambda: self.redis("PING") == "PONG")

    def start_web(self, workers: int = 2) -> None:
        self.serve("web", self.port, workers)

    def serve(self, name: str, port: int, workers: int = 2, **environment: str) -> None:
        """Starts gunicorn, and returns when it is ready for traffic."""
        command = ["--config", "config/gunicorn.py", "--workers", str(workers), "config.wsgi"]
        environment["PORT"] = str(port)
        self.start(name, str(BIN / "gunicorn"), *command, environment=environment)
        eventually(lambda: httpx.get(f"http://127.0.0.1:{port}/readyz/").status_code == 200)

    def start_worker(self, *supervisor: str) -> None:
        pool = ["--pool", "threads", "--concurrency", "50", "--loglevel", "INFO"]
        self.start("worker", *supervisor, str(BIN / "celery"), "--app", "config", "worker", *pool)

    def start_beat(self) -> None:
        schedule = str(self.folder / "beat")
        self.start("beat", str(BIN / "celery"), "--app", "config", "beat", "--schedule", schedule)

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        run = subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        )
        return run.stdout

    def redis(self, *command: str) -> str:
        cli = ["redis-cli", "-p", str(self.redis_port), *command]
        return subprocess.run(cli, capture_output=True, text=True, check=False).stdout.strip()
