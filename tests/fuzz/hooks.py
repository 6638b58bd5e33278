"""Hooks of schemathesis (`make fuzz`): every case is sent by a new user."""

import os
import secrets  # schemathesis seeds `random`, and a number must be new
from typing import Any

import httpx
import schemathesis

SITE = f"http://127.0.0.1:{os.environ['PORT']}"  # the server of `tests.fuzz`


@schemathesis.auth(refresh_interval=None)
class SignedIn:
    """A new person each time: the case before may have signed out."""

    def get(self, case: Any, context: Any) -> str:
        number = f"+7999{secrets.randbelow(10**7):07}"
        httpx.post(f"{SITE}/api/v1/auth/code/", json={"phone_number": number}, timeout=30)
        inbox = httpx.get(
            f"{SITE}/dev/sms/",
            params={"phone_number": number},
            headers={"Accept": "application/json"},
            timeout=30,
        )
        code = inbox.json()["messages"][0]["confirmation_code"]
        body = {"phone_number": number, "confirmation_code": code}
        answer = httpx.post(f"{SITE}/api/v1/auth/token/", json=body, timeout=30)
        return str(answer.json()["access"])

    def set(self, case: Any, data: str, context: Any) -> None:
        case.headers["Authorization"] = f"Bearer {data}"
