"""The addresses of the site, and two where it fails."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import *  # noqa: F403
from config.urls import urlpatterns as addresses
from lib.api.exceptions import TooManyRequests


def break_down(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("A test asked for it.")


def refuse(request: HttpRequest) -> HttpResponse:
    raise TooManyRequests(timedelta(seconds=42))


urlpatterns = [path("breaks/", break_down), path("refuses/", refuse), *addresses]
