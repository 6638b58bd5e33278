"""What the simulated phones have received, newest first: a small capped file."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO, NamedTuple

from django.conf import settings
from django.core.files import locks

KEPT = 1000  # messages, of all phones together
CODE = re.compile(r"#([0-9]+)$")  # the last line, as browsers read it (WebOTP)


class Message(NamedTuple):
    phone_number: str
    text: str
    confirmation_code: str | None
    sent_at: str


def add(phone_number: str, text: str) -> None:
    code = CODE.search(text)
    message = Message(
        phone_number, text, code and code[1], datetime.now(UTC).isoformat(timespec="milliseconds")
    )
    with _opened() as file:
        lines = file.readlines()
        lines.append(json.dumps(message) + "\n")
        file.seek(0)
        file.truncate()
        file.writelines(lines[-KEPT:])


def messages(phone_number: str | None = None) -> list[Message]:
    """Every message, or those of one phone."""
    with _opened() as file:
        received = [Message(*json.loads(line)) for line in file]
    return [m for m in reversed(received) if phone_number in (None, m.phone_number)]


@contextmanager
def _opened() -> Iterator[IO[str]]:
    settings.SMS_INBOX_FILE.parent.mkdir(parents=True, exist_ok=True)
    with settings.SMS_INBOX_FILE.open("a+", encoding="utf-8") as file:
        locks.lock(file, locks.LOCK_EX)
        file.seek(0)
        yield file
