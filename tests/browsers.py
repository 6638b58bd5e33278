"""Browsers in which a user is signed in."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from tests.conftest import HERE
from users.models import User
from users.sign_ins import browser, sign_ins


def browser_of(user: User, **extra: Any) -> Client:
    """A browser that has just signed a user in, with a code of four digits."""
    client = Client(**extra)
    request = RequestFactory().get("/")
    request.session = client.session
    sign_in = sign_ins.open_sign_in(user, 4, HERE)

    def enter(request: Any) -> HttpResponse:
        browser.open_session(request, sign_in)
        return HttpResponse()

    browser.SignInMiddleware(enter)(request)
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key or ""
    return client


def text(response: Any) -> str:
    """What a page says, in one line."""
    return " ".join(response.content.decode().split())


def told(response: Any) -> list[str]:
    """The messages at the top of a page."""
    return [str(message) for message in response.context["messages"]]
