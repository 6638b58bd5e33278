"""How the recorded requests and answers stand in README.md."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from tests.examples.recording import Exchange
from tests.examples.stand_ins import SITE, StandIns

WIDTH = 100  # of one line
LONGEST = 80  # of one value, and of JSON on one line
HIDDEN = {"User-Agent"}
TELLING = ("Content-Disposition", "Retry-After", "WWW-Authenticate")
PLAIN = "application/json"  # what an answer is, unless it says otherwise


def folded(operation: str, summary: str, examples: Iterable[str]) -> str:
    blocks = "\n\n".join(f"```http\n{example}\n```" for example in examples)
    return f"<details>\n{title(operation, summary)}\n\n{blocks}\n\n</details>"


def title(operation: str, summary: str) -> str:
    method, _, path = operation.partition(" ")
    return f"<summary>{method} <code>{path}</code>: {summary}</summary>"


def as_http(exchange: Exchange, stand_ins: StandIns) -> str:
    """A request and its answer as they are sent, without the headers that explain nothing."""
    sent = {name: value for name, value in exchange.sent.items() if name not in HIDDEN}
    request = _message(
        f"{exchange.method} {exchange.path} HTTP/1.1", sent, exchange.body, stand_ins
    )
    status = f"HTTP/1.1 {exchange.status} {HTTPStatus(exchange.status).phrase}"
    received = _telling(exchange.received)
    return request + "\n\n" + _message(status, received, exchange.text, stand_ins)


def as_curl(exchange: Exchange, stand_ins: StandIns) -> str:
    """The same as a command and what it prints."""
    parts = [f"curl '{SITE}{exchange.path}'"]
    parts += [
        f"-H '{name}: {value}'" for name, value in exchange.sent.items() if name not in HIDDEN
    ]
    parts += [f"-d '{exchange.body}'"] if exchange.body else []
    command = " \\\n    ".join(parts)
    return stand_ins.put_into(f"$ {command}\n{exchange.text}")


def _message(first_line: str, headers: Mapping[str, str], body: str, stand_ins: StandIns) -> str:
    head = "\n".join([first_line, *(f"{name}: {value}" for name, value in headers.items())])
    laid_out = _lay_out(stand_ins.put_into(body))
    return stand_ins.put_into(head) + (f"\n\n{laid_out}" if laid_out else "")


def _telling(headers: Mapping[str, str]) -> dict[str, str]:
    telling = {name: headers[name] for name in TELLING if name in headers}
    if "Retry-After" in telling:  # as if the answer had taken no time
        telling["Retry-After"] = str(-(-int(telling["Retry-After"]) // 10) * 10)
    kind = headers.get("Content-Type", PLAIN)
    return telling if kind == PLAIN else {"Content-Type": kind} | telling


def _lay_out(body: str) -> str:
    try:
        value = _shortened(json.loads(body))
    except ValueError:
        lines = body.strip("\ufeff\r\n").splitlines()
        return "\n".join(line if len(line) <= WIDTH else line[:WIDTH] + "…" for line in lines)
    line = json.dumps(value, ensure_ascii=False)
    return line if len(line) <= LONGEST else json.dumps(value, ensure_ascii=False, indent=2)


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shortened(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_shortened(one) for one in value]
    if not isinstance(value, str) or " " in value or value.startswith("http"):
        return value
    return value if len(value) <= LONGEST else value[:10] + "…"
