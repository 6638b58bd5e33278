"""Refusals that any endpoint may give. Each class is the answer: status, message, code.

Their handler is in another module: it imports DRF's views, which load our authentication.
"""

import math
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException


class InvalidCursor(APIException):
    status_code = 400
    default_detail = _("The cursor is invalid. Start again from the first page.")
    default_code = "invalid_cursor"


class PayloadTooLarge(APIException):
    status_code = 413
    default_detail = _("The request body is too large.")
    default_code = "payload_too_large"


class TooManyRequests(APIException):
    """429 with `Retry-After` in whole seconds."""

    status_code = 429

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.wait = max(1, math.ceil(wait.total_seconds()))


class Unavailable(APIException):
    """The database does not answer, or has ended a statement; a later try may succeed."""

    status_code = 503
    default_detail = _("The service is unavailable for a moment. Please try again.")
    default_code = "unavailable"
    wait = 5  # seconds
