"""Sends requests to the server and keeps each with its answer."""

import json
import sys
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx

API = "/api/v1/"
APART = 0.005  # seconds between two requests, so that a time in an answer belongs to one of them


@dataclass(frozen=True)
class Exchange:
    method: str
    path: str
    sent: dict[str, str]
    body: str
    status: int
    received: httpx.Headers
    text: str


@dataclass
class Recorder:
    server: httpx.Client
    exchanges: list[Exchange] = field(default_factory=list)
    moments: list[datetime] = field(default_factory=lambda: [datetime.now(UTC)])

    def send(
        self, method: str, path: str, status: int, body: dict[str, Any], **headers: str
    ) -> Any:
        """The JSON of the answer, which must have this status, or its text."""
        time.sleep(APART)
        self.moments.append(datetime.now(UTC))
        text = json.dumps(body, ensure_ascii=False) if body else ""
        sent = headers | ({"Content-Type": "application/json"} if body else {})
        answer = self.server.request(method, path, content=text.encode(), headers=sent)
        if answer.status_code != status:
            got = f"{answer.status_code}, not {status}: {answer.text[:300]}"
            sys.exit(f"{method} {path} got {got}\nThe story needs a fresh database.")
        received = (answer.status_code, answer.headers, answer.text)
        self.exchanges.append(Exchange(method, path, sent, text, *received))
        is_json = answer.headers.get("Content-Type") == "application/json"
        return answer.json() if is_json else answer.text


@dataclass
class Person:
    """A user of the API on one device."""

    recorder: Recorder
    phone_number: str = ""
    device: str = "Referrals/1.4 (Android 16; Pixel 9)"
    access: str = ""
    refresh: str = ""

    def get(self, path: str, status: int = 200) -> Any:
        return self._send("GET", path, status, {})

    def post(self, path: str, status: int, **body: Any) -> Any:
        return self._send("POST", path, status, body)

    def put(self, path: str, status: int, **body: Any) -> Any:
        return self._send("PUT", path, status, body)

    def patch(self, path: str, status: int, **body: Any) -> Any:
        return self._send("PATCH", path, status, body)

    def delete(self, path: str, status: int, **body: Any) -> Any:
        return self._send("DELETE", path, status, body)

    def sign_in(self, **asked: Any) -> None:
        self.post("auth/code/", 202, phone_number=self.phone_number, **asked)
        self.enter(self.read_code())

    def enter(self, code: str) -> None:
        given = {"phone_number": self.phone_number, "confirmation_code": code}
        tokens = self.post("auth/token/", 200, **given)
        self.access, self.refresh = tokens["access"], tokens["refresh"]

    def read_code(self, phone_number: str = "") -> str:
        """The code of the newest SMS; the others may come from an earlier server."""
        number = (phone_number or self.phone_number).replace("+", "%2B")
        path = f"/dev/sms/?phone_number={number}"
        inbox = self.recorder.send("GET", path, 200, {}, Accept="application/json")
        newest = inbox["messages"][0]
        exchanges = self.recorder.exchanges
        exchanges[-1] = replace(exchanges[-1], text=json.dumps({"messages": [newest]}))
        return str(newest["confirmation_code"])

    def _send(self, method: str, path: str, status: int, body: dict[str, Any]) -> Any:
        known = {"Authorization": f"Bearer {self.access}"} if self.access else {}
        headers = known | {"User-Agent": self.device}
        return self.recorder.send(method, API + path, status, body, **headers)
