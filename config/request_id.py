"""A request's id: the one that our proxy sent, or a new one. django-guid does the rest."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

UUID = re.compile(r"[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}")


class TrustedRequestId:
    """Discards an X-Request-ID unless a proxy of ours sent it and it is a UUID.

    Otherwise a client could write into our logs, or reuse the id of another request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        if not (settings.TRUSTED_PROXIES and UUID.fullmatch(given)):
            request.META.pop("HTTP_X_REQUEST_ID", None)
        return self.get_response(request)
