"""Middleware of the pages alone: the API reads no cookie, so its requests pass these by.

Only that against CSRF stays Django's own, which `check --deploy` looks for by its name.
"""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest

from lib.api.refusals import PREFIX
from users.sign_ins.browser import SignInMiddleware


class PagesOnly:
    """Before a middleware, makes it one that a request of the API does not notice."""

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
