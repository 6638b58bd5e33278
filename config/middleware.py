"""What is settled before anybody else looks at a request."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class ClientAddress:
    """Puts the client's address into REMOTE_ADDR; nobody else reads X-Forwarded-For.

    Each of TRUSTED_PROXIES proxies appends whom it talked to, so the client stands
    that many places from the right. What stands further left, anybody can write.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        hops = settings.TRUSTED_PROXIES
        addresses = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if 0 < hops <= len(addresses) and _is_address(addresses[-hops].strip()):
            request.META["REMOTE_ADDR"] = addresses[-hops].strip()
        return self.get_response(request)


def _is_address(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return getattr(address, "scope_id", None) is None  # a zone means nothing elsewhere
