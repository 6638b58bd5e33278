"""The answers to requests that never reach a view: JSON under /api/, a page elsewhere."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from rest_framework import exceptions

from config.api import refusal_body
from config.parsing import PayloadTooLarge


class BadRequest(exceptions.APIException):
    status_code = 400
    default_detail = exceptions.ParseError.default_detail
    default_code = "bad_request"


def _answer(request: HttpRequest, refusal: exceptions.APIException) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse(refusal_body(refusal), status=refusal.status_code)
    context = {"status": refusal.status_code, "detail": refusal.detail}
    return render(request, "error.html", context, status=refusal.status_code)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    too_large = isinstance(exception, RequestDataTooBig)
    return _answer(request, PayloadTooLarge() if too_large else BadRequest())


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, exceptions.PermissionDenied())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(request, exceptions.PermissionDenied())


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, exceptions.NotFound())


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    return _answer(request, exceptions.APIException())
