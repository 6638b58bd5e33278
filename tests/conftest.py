"""People and their phones."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as current_settings
from django.core.cache import cache
from django.utils.translation import activate
from pytest_django import Settings
from rest_framework.test import APIClient

from users.client import Client
from users.models import SignIn, User
from users.sign_ins import signing_in, tokens
from users.sms import inbox

ALICE, BOB, CHARLIE = "+79990000001", "+79990000002", "+79990000003"

LANGUAGES = [code for code, _ in current_settings.LANGUAGES]
HERE = Client(ip_address="127.0.0.1", user_agent="pytest")


@pytest.fixture(autouse=True)
def phones(settings: Settings, tmp_path: Path) -> Callable[[], list[inbox.Message]]:
    """Every test has a phone network and a flood guard of its own.

    Call it for what the phones received, newest first.
    """
    settings.SMS_DELAY = (0, 0)
    cache.clear()
    activate(settings.LANGUAGE_CODE)  # a request leaves its language active in the thread
    settings.SMS_INBOX_FILE = tmp_path / "inbox.jsonl"
    return inbox.messages


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that stands still until it is moved: `clock.shift(60)` is a minute later."""
    with time_machine.travel(datetime(2026, 11, 21, 9, 0, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def alice() -> User:
    """Bob will invite her."""
    return User.objects.create_user(ALICE)


@pytest.fixture
def bob() -> User:
    """He invites Alice."""
    return User.objects.create_user(BOB)


@pytest.fixture
def charlie() -> User:
    """The stranger."""
    return User.objects.create_user(CHARLIE)


def ask(phone_number: str, code_length: int = 4) -> str:
    """Asks for a code and reads it on the phone."""
    signing_in.request_code(phone_number, HERE, code_length)
    return str(inbox.messages(phone_number)[0].confirmation_code)


def wrong(code: str) -> str:
    """Digits of the same length that are not the code."""
    return str(9 - int(code[0])) + code[1:]


def sign_in(phone_number: str, code_length: int = 4) -> SignIn:
    opened, _ = signing_in.sign_in(phone_number, ask(phone_number, code_length), HERE)
    return opened


def bearer(sign_in: SignIn) -> APIClient:
    """A client that uses this sign-in."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.pair(sign_in).access}")
    return client


@pytest.fixture
def api() -> APIClient:
    """A client that is not signed in."""
    return APIClient()


@pytest.fixture
def as_alice(alice: User) -> APIClient:
    return bearer(sign_in(ALICE))


@pytest.fixture
def as_bob(bob: User) -> APIClient:
    return bearer(sign_in(BOB))
