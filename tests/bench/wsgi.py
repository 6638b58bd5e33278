"""What gunicorn serves under measurement: the product as it is, and the yardsticks beside it.

Asked with `X-Count-Queries`, an answer says in `X-Queries` how many statements it took,
BEGIN and COMMIT included.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from config.wsgi import Request
from config.wsgi import application as product

PREFIXES = ("/api/yardstick/", "/yardstick/")
Headers = list[tuple[str, str]]


class YardstickRequest(Request):
    urlconf = "tests.bench.urls"


yardsticks = WSGIHandler()  # behind the same middleware as the product
yardsticks.request_class = YardstickRequest


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    handler: Any = yardsticks if environ["PATH_INFO"].startswith(PREFIXES) else product
    if "HTTP_X_COUNT_QUERIES" in environ:
        return _counted(handler, environ, start_response)
    answer: Iterable[bytes] = handler(environ, start_response)
    return answer


def _counted(
    handler: Any, environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    def start(status: str, headers: Headers, *error: Any) -> Any:
        return start_response(status, [*headers, ("X-Queries", str(len(connection.queries)))])

    connection.force_debug_cursor = True
    try:
        answer: Iterable[bytes] = handler(environ, start)
        return answer
    finally:
        connection.force_debug_cursor = False
