"""The answers to requests that never reach a view: JSON under /api/, a page elsewhere."""

import math
import sys
from typing import Any

from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions

from lib.api.exceptions import PayloadTooLarge, Unavailable
from lib.api.refusals import PREFIX, is_database_away, refusal_body
from lib.pages.refusals import in_words


class BadRequest(exceptions.APIException):
    status_code = 400
    default_detail = exceptions.ParseError.default_detail
    default_code = "bad_request"


class FormRefused(exceptions.PermissionDenied):
    """The form does not carry this browser's CSRF token."""

    default_detail = _(
        "Nothing was done. Either you signed in or out since the form was opened, or the "
        "browser keeps no cookies of this site. Go back and send the form once more."
    )
    default_code = "form_refused"


def answer(request: HttpRequest, refusal: exceptions.APIException) -> HttpResponse:
    """The refusal as JSON under /api/, as a page elsewhere."""
    if request.path.startswith(PREFIX):
        return JsonResponse(refusal_body(refusal), status=refusal.status_code)
    context = {
        "status": refusal.status_code,
        "code": refusal.default_code,
        "detail": in_words(refusal),
        "way_back": _way_back(request),
    }
    if refusal.status_code == 500:
        context["messages"] = ()  # they may be in the database, which may be what failed
    response = render(request, "error.html", context, status=refusal.status_code)
    wait = getattr(refusal, "wait", None)
    if wait:
        response["Retry-After"] = str(math.ceil(wait))
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    too_large = isinstance(exception, RequestDataTooBig)
    return answer(request, PayloadTooLarge() if too_large else BadRequest())


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, exceptions.PermissionDenied())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, FormRefused())


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, exceptions.NotFound())


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    away = is_database_away(sys.exc_info()[1])
    return answer(request, Unavailable() if away else exceptions.APIException())


def _way_back(request: HttpRequest) -> str | None:
    """The page whose form was refused, if it is on this site."""
    form = request.META.get("HTTP_REFERER") if request.method == "POST" else None
    try:
        ours = {request.get_host()}
    except DisallowedHost:
        return None
    return form if url_has_allowed_host_and_scheme(form, ours, request.is_secure()) else None
