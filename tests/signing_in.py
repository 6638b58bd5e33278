"""The pages of signing in, as a browser meets them."""

from typing import Any

from django.test import Client

from tests.administration import received
from tests.conftest import ALICE

PHONE, CODE, OUT = "/sign-in/", "/sign-in/code/", "/sign-out/"
INSIDE, GUARDED = "/profile/", "/activate/"


def ask_here(client: Client, phone_number: str = ALICE, **extra: str) -> Any:
    return client.post(PHONE, {"phone_number": phone_number, **extra}, follow=True)


def give(client: Client, code: str, **extra: str) -> Any:
    return client.post(CODE, {"confirmation_code": code, **extra})


def enter(phone_number: str = ALICE, **extra: Any) -> Client:
    """A browser in which a user has signed in."""
    client = Client(**extra)
    ask_here(client, phone_number)
    give(client, received(phone_number))
    return client


def is_in(client: Client) -> bool:
    return client.get(GUARDED).status_code == 200
