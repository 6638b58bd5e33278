"""The client of a request: its address and its program."""

from typing import NamedTuple, Self

from django.http import HttpRequest


class Client(NamedTuple):
    ip_address: str | None
    user_agent: str

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        user_agent = request.headers.get("User-Agent", "").replace("\x00", "")
        return cls(request.META.get("REMOTE_ADDR") or None, user_agent[:256])
