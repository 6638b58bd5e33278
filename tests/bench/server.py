"""The system under measurement: as in production, with the yardsticks beside it."""

import os
from typing import NamedTuple

import httpx
import psutil

from tests.stack import BIN, Stack, eventually

WORKERS = 2
MEGABYTE = 1024 * 1024
SETTINGS = {
    "DEBUG": "false",
    "SECRET_KEY": "measured " * 8,
    "FLOOD_GUARD": "false",
    "SMS_DELAY": "0",
    "SMS_PER_DAY": "1000000000",
    "SMS_PER_REGION_PER_DAY": "1000000000",
    "SPRAY_LIMIT": "1000000000",
    "CODES_PER_HOUR": "1000000",
    "CODES_PER_DAY": "1000000",
    "LOG_LEVEL": "WARNING",
}


class Server(Stack):
    def start_web(self, workers: int = WORKERS) -> None:
        config = ["--config", "config/gunicorn.py", "--workers", str(workers)]
        self.start("web", str(BIN / "gunicorn"), *config, "tests.bench.wsgi")
        eventually(lambda: httpx.get(f"{self.url}/readyz/").status_code == 200)

    def start_worker(self, *supervisor: str) -> None:
        """Returns when it listens; its log says nothing, for the sake of speed."""
        super().start_worker(*supervisor)
        eventually(lambda: "cmd=brpop" in self.redis("CLIENT", "LIST"))

    def adopt(self) -> None:
        """Gives this process the server's settings, to make tokens and codes of its own."""
        os.environ.update({name: self.environment[name] for name in ("DATABASE_URL", "REDIS_URL")})
        os.environ.update({**SETTINGS, "SITE_URL": self.environment["SITE_URL"]})
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

    def web_workers(self) -> list[psutil.Process]:
        return list(psutil.Process(self.parts["web"].pid).children())

    def cpu_seconds(self) -> float:
        """What the web workers have spent so far."""
        times = [worker.cpu_times() for worker in self.web_workers()]
        return float(sum(time.user + time.system for time in times))

    def web_memory(self) -> float:
        """Resident megabytes of all web workers, so that growth of any shows."""
        return sum(worker.memory_info().rss for worker in self.web_workers()) / MEGABYTE

    def memory(self) -> "Memory":
        """Resident megabytes: of the fattest web worker, and of the Celery worker."""
        web = max(worker.memory_info().rss for worker in self.web_workers())
        celery = psutil.Process(self.parts["worker"].pid)
        family = [celery, *celery.children(recursive=True)]
        return Memory(web / MEGABYTE, sum(p.memory_info().rss for p in family) / MEGABYTE)


class Memory(NamedTuple):
    web: float
    celery: float
