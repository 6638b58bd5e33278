"""The user, as far as this app needs to know."""

from typing import Protocol, cast

from django.http import HttpRequest
from rest_framework.request import Request


class Person(Protocol):
    """What this app needs from the model that settings.AUTH_USER_MODEL names."""

    @property
    def pk(self) -> int: ...


def of(request: HttpRequest | Request) -> Person:
    """The user of a request that requires a sign-in."""
    return cast(Person, request.user)
