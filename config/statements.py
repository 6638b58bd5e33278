"""SQL in the log at LOG_LEVEL=DEBUG: each statement and how long it took, never its parameters.

Django's own log of statements includes the parameters, which contain phone numbers.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.exceptions import MiddlewareNotUsed
from django.db import connection
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)


class Statements:
    """Logs the statements of a request, including those of a streamed answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not logger.isEnabledFor(logging.DEBUG):
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        watch()
        return self.get_response(request)


def watch() -> None:
    """Logs the statements of this thread's connection from now on."""
    if logger.isEnabledFor(logging.DEBUG) and _log not in connection.execute_wrappers:
        connection.execute_wrappers.append(_log)


def _log(
    execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: dict[str, Any]
) -> Any:
    began = time.perf_counter()
    try:
        return execute(sql, parameters, many, context)
    finally:
        logger.debug("%.1f ms: %s", (time.perf_counter() - began) * 1000, sql)
