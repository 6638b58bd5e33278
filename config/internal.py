"""The internal port: it serves health and metrics, for any Host, and nothing else."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from config import health
from config.metrics import metrics

VIEWS = {"/healthz/": health.healthz, "/readyz/": health.readyz, "/metrics": metrics}


class InternalPort:
    """Answers requests to METRICS_PORT, which no proxy forwards to.

    The port is read from the socket, so a client cannot forge it with a header.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.METRICS_PORT or _port(request) != settings.METRICS_PORT:
            return self.get_response(request)
        view = VIEWS.get(request.path_info)
        return view(request) if view else HttpResponse(status=HTTPStatus.NOT_FOUND)


def metrics_in_development(request: HttpRequest) -> HttpResponse:
    """Shows metrics on the main port in development; in production only METRICS_PORT has them."""
    if not settings.DEBUG:
        raise Http404
    return metrics(request)


def _port(request: HttpRequest) -> int | None:
    socket = request.META.get("gunicorn.socket")
    name = socket.getsockname() if socket else None
    return name[1] if isinstance(name, tuple) else None
