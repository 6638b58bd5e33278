"""One round of load: wrk keeps some connections busy, and counts."""

import json
import statistics
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import httpx

from tests.bench.server import Server

SCRIPT = Path(__file__).with_name("load.lua")
CONNECTIONS = 16
PREFIXES = {"ours": "/api/v1/", "yardstick": "/api/yardstick/"}
PAGES = {"ours": "/", "yardstick": "/yardstick/"}


class Refused(Exception):
    """A measured request was not answered with success."""


class Request(NamedTuple):
    path: str
    access: str = ""
    body: object = None
    session: str = ""  # of a browser

    @property
    def headers(self) -> dict[str, str]:
        if self.session:
            return {"Cookie": f"sessionid={self.session}"}
        return {"Authorization": f"Bearer {self.access}"} if self.access else {}

    def line(self, prefix: str) -> str:
        method, who = "POST" if self.body else "GET", "".join(self.headers.values())
        body = json.dumps(self.body) if self.body else ""
        return "\t".join([method, prefix + self.path, who, body])


class Round(NamedTuple):
    rate: float  # requests a second
    p50: float  # milliseconds
    p95: float
    p99: float
    cpu: float  # milliseconds of the web workers a request


def run(
    server: Server, prefix: str, requests: Sequence[Request], seconds: int, is_once: bool
) -> Round:
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
        file.write("\n".join(request.line(prefix) for request in requests) + "\n")
        file.flush()
        before = server.cpu_seconds()
        said = _wrk(server.url, seconds, file.name, "once" if is_once else "again")
        spent = server.cpu_seconds() - before
    if said["refused"] or not said["answered"]:
        raise Refused(f"{prefix}{requests[0].path}: {said['refused']} × {said['refusal']}")
    count = said["answered"]
    latencies = said["p50"], said["p95"], said["p99"]
    return Round(count / said["seconds"], *latencies, cpu=1000 * spent / count)


def _wrk(url: str, seconds: int, *arguments: str) -> dict[str, float]:
    load = ["--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s"]
    command = ["wrk", *load, "--timeout", "30s", "--script", str(SCRIPT), url, *arguments]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(run.stdout.splitlines()[-1]))


def queries(server: Server, prefix: str, request: Request) -> int:
    """How many statements one request takes, BEGIN and COMMIT included."""
    headers = {"X-Count-Queries": "1", **request.headers}
    url = f"{server.url}{prefix}{request.path}"
    method = "POST" if request.body else "GET"
    answer = httpx.request(method, url, headers=headers, json=request.body, timeout=30)
    if not answer.is_success:
        raise Refused(f"{url}: {answer.status_code} {answer.text[:200]}")
    return int(answer.headers["X-Queries"])


def middle(rounds: Sequence[Round]) -> Round:
    return Round(*(statistics.median(column) for column in zip(*rounds, strict=True)))
