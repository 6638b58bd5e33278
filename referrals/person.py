"""The user, as far as this app needs to know."""

from typing import Protocol, cast

from django.contrib.auth import get_user_model
from django.http import HttpRequest
from rest_framework.request import Request


class Person(Protocol):
    """What this app needs from the model that settings.AUTH_USER_MODEL names."""

    @property
    def pk(self) -> int: ...

    is_active: bool


def lock(pk: int) -> Person:
    """The user's row as it is now; until the transaction ends no other changes it.

    Comes before every other lock, so that no two transactions wait for each other.
    """
    people = get_user_model()._default_manager
    return cast(Person, people.select_for_update(no_key=True).get(pk=pk))


def of(request: HttpRequest | Request) -> Person:
    """The user of a request that requires a sign-in."""
    return cast(Person, request.user)
