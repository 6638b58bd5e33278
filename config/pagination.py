"""Cursor pages: every page costs the same, however deep."""

import re
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from rest_framework import exceptions, pagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

POSITIVE = re.compile(r"[0-9]{1,9}")


class InvalidCursor(exceptions.APIException):
    status_code = 400
    default_detail = _("The cursor is invalid. Start again from the first page.")
    default_code = "invalid_cursor"


class CursorPagination(pagination.CursorPagination):
    """DRF's cursor, signed, so that none can be forged; ordered by the view's `ordering`.

    `page_size` is 100 unless asked for otherwise; more than 1,000 gives 1,000.
    Links start with SITE_URL, whatever Host the request named.
    """

    page_size_query_param = "page_size"
    page_size_query_description = gettext_noop("Results on a page, 1 to 1000; more gives 1000.")
    cursor_query_description = gettext_noop(
        "Where the page starts: taken from `next` or `previous`."
    )
    max_page_size = 1000
    base_url: str

    def paginate_queryset(
        self, queryset: QuerySet[Any], request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        page = super().paginate_queryset(queryset, request, view)
        self.path = request.path
        self.base_url = settings.SITE_URL + request.get_full_path()
        return page

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        return tuple(view.ordering)

    def get_page_size(self, request: Request) -> int | None:
        asked = request.query_params.get("page_size")
        if asked is None:
            return self.page_size
        if not POSITIVE.fullmatch(asked) or int(asked) == 0:
            raise exceptions.ValidationError({"page_size": [_("Enter a positive whole number.")]})
        return min(int(asked), self.max_page_size)

    def decode_cursor(self, request: Request) -> pagination.Cursor | None:
        cursor = request.query_params.get("cursor")
        if cursor is None:
            return None
        try:
            return pagination.Cursor(*signing.loads(cursor, salt=request.path))
        except signing.BadSignature as error:
            raise InvalidCursor from error

    def encode_cursor(self, cursor: pagination.Cursor) -> str:
        signed = signing.dumps(list(cursor), salt=self.path)
        return replace_query_param(self.base_url, "cursor", signed)
