"""Middleware for pages only: the API reads no cookie, so its requests skip it.

The CSRF middleware stays Django's own, because `check --deploy` looks for it by name.
"""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest

from lib.api.refusals import PREFIX
from users.sign_ins.browser import SignInMiddleware


class PagesOnly:
    """A mixin that makes a middleware skip API requests."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith(PREFIX):
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc]


class Sessions(PagesOnly, SessionMiddleware):
    pass


class Authentication(PagesOnly, AuthenticationMiddleware):
    pass


class SignIns(PagesOnly, SignInMiddleware):
    pass


class Messages(PagesOnly, MessageMiddleware):
    pass
