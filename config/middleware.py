"""Middleware that runs before the views: the client's address, refusals of pages."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import APIException, MethodNotAllowed

from config import errors
from lib.api.exceptions import PayloadTooLarge


class ClientAddress:
    """Puts the client's address into REMOTE_ADDR; no other code reads X-Forwarded-For.

    Each of TRUSTED_PROXIES proxies appends the address that it talked to, so the client's
    address is that many places from the right. Entries further left can be forged. An IPv4
    client of an IPv6 socket (::ffff:a.b.c.d) has the address a.b.c.d.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        hops = settings.TRUSTED_PROXIES
        addresses = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if 0 < hops <= len(addresses) and _is_address(addresses[-hops].strip()):
            request.META["REMOTE_ADDR"] = addresses[-hops].strip()
        request.META["REMOTE_ADDR"] = _unmapped(request.META.get("REMOTE_ADDR", ""))
        return self.get_response(request)


class Refusals:
    """Answers the refusals of pages with the error page; a page raises them as the API does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_too_large(request):
            return errors.answer(request, PayloadTooLarge())
        response = self.get_response(request)
        if response.status_code != 405 or response.streaming or response.content:
            return response
        dressed = errors.answer(request, MethodNotAllowed(request.method or ""))
        dressed["Allow"] = response["Allow"]
        return dressed

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, APIException):
            return errors.answer(request, exception)
        return None


def _is_too_large(request: HttpRequest) -> bool:
    """Django limits the fields of a form and no file in it."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return False  # Django takes it for no body
    return length > settings.LARGEST_UPLOAD


def _unmapped(text: str) -> str:
    mapped = ipaddress.IPv6Address(text).ipv4_mapped if _is_address(text) and ":" in text else None
    return str(mapped or text)


def _is_address(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return getattr(address, "scope_id", None) is None  # a zone means nothing elsewhere
