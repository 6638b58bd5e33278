"""The SMS that simulated phones received: kept in Redis, or else in a small capped file."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import IO, NamedTuple

from django.conf import settings
from django.core.files import locks
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

KEPT = 1000  # messages, of all phones together
KEY = "sms-inbox"
CODE = re.compile(r"\b([0-9]{6}|[0-9]{4})\b")  # the first match, in any language


class OutOfReach(Exception):
    """The inbox can be neither read nor written."""


class Message(NamedTuple):
    phone_number: str
    text: str
    confirmation_code: str | None
    sent_at: str


def add(phone_number: str, text: str) -> None:
    code = CODE.search(text)
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    line = json.dumps(Message(phone_number, text, code and code[1], now))
    with _reaching():
        _add_to_redis(line) if settings.REDIS_URL else _add_to_file(line)


def messages(phone_number: str | None = None) -> list[Message]:
    """All messages, or those of one phone, newest first."""
    with _reaching():
        lines = _lines_of_redis() if settings.REDIS_URL else _lines_of_file()
    received = (Message(*json.loads(line)) for line in lines)
    return [message for message in received if phone_number in (None, message.phone_number)]


def _add_to_redis(line: str) -> None:
    redis = _redis(settings.REDIS_URL)
    redis.lpush(KEY, line)
    redis.ltrim(KEY, 0, KEPT - 1)


def _lines_of_redis() -> list[bytes | str]:
    return list(_redis(settings.REDIS_URL).lrange(KEY, 0, -1))


def _add_to_file(line: str) -> None:
    with _opened() as file:
        lines = [*file.readlines(), line + "\n"][-KEPT:]
        file.seek(0)
        file.truncate()
        file.writelines(lines)


def _lines_of_file() -> list[str]:
    with _opened() as file:
        return file.readlines()[::-1]


@lru_cache
def _redis(url: str) -> Redis:
    retry = Retry(NoBackoff(), 0)
    return Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1, retry=retry)


@contextmanager
def _opened() -> Iterator[IO[str]]:
    settings.SMS_INBOX_FILE.parent.mkdir(parents=True, exist_ok=True)
    with settings.SMS_INBOX_FILE.open("a+", encoding="utf-8") as file:
        locks.lock(file, locks.LOCK_EX)
        file.seek(0)
        yield file


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except (OSError, RedisError) as error:
        raise OutOfReach from error
