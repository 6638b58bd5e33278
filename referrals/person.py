"""The user, as far as this app knows one."""

from typing import Protocol, cast

from django.http import HttpRequest
from rest_framework.request import Request


class Person(Protocol):
    """What is needed of the model that settings.AUTH_USER_MODEL names."""

    @property
    def pk(self) -> int: ...


def of(request: HttpRequest | Request) -> Person:
    """Who sends a request that only signed-in users may send."""
    return cast(Person, request.user)
