"""How every endpoint answers a refusal."""

import logging
from typing import Any, NoReturn

from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext_noop
from rest_framework import exceptions
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.views import exception_handler as drf_exception_handler

from lib.api.exceptions import Unavailable

PREFIX = "/api/"  # all paths of the API begin with it

logger = logging.getLogger(__name__)

# Texts of DRF without a good Russian translation: listed here so that ours includes them.
BORROWED = [
    gettext_noop("Expected available in {wait} second."),
    gettext_noop("Expected available in {wait} seconds."),
    gettext_noop("Not a valid string."),
    gettext_noop("Not found."),
    gettext_noop("Request was throttled."),
    gettext_noop("Surrogate characters are not allowed: U+{code_point:X}."),
]


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Answers a refusal in one of the contract's two shapes.

    Fields that fail validation: `{"<field>": ["message"]}`.
    Everything else: `{"detail": "message", "code": "for_a_program", **extra}`.
    """
    if is_database_away(exc):
        logger.warning("The database is out of reach: %s", type(exc.__cause__).__name__)
        exc = Unavailable()
    response = drf_exception_handler(exc, context)
    if response is None or isinstance(exc, exceptions.ValidationError):
        return response
    response.data = refusal_body(_as_api_exception(exc))
    return response


def is_database_away(error: BaseException | None) -> bool:
    return isinstance(error, OperationalError | InterfaceError)


def refusal_body(refusal: exceptions.APIException) -> dict[str, Any]:
    return {
        "detail": str(refusal.detail),
        "code": getattr(refusal.detail, "code", refusal.default_code),
        **getattr(refusal, "extra", {}),
    }


def _as_api_exception(exc: Exception) -> exceptions.APIException:
    if isinstance(exc, exceptions.APIException):
        return exc
    if isinstance(exc, Http404):
        return exceptions.NotFound()
    return exceptions.PermissionDenied()


class NotFoundView(APIView):
    """Any unknown path under /api/, including one without its last slash."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    schema = None
    swagger_schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        raise exceptions.NotFound
