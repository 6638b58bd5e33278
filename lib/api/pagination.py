"""Pagination by cursors: every page costs the same, however deep it is."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from rest_framework import exceptions, pagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from lib import cursors
from lib.db import keyset
from lib.db.keyset import Position

Read = Callable[[int, bool, Position | None], list[Any]]  # page size, direction, position
POSITIVE = re.compile(r"[0-9]{1,9}")


class CursorPagination(pagination.CursorPagination):
    """DRF's pagination with signed cursors, which cannot be forged, by the view's `ordering`.

    `page_size` is 100 by default; more than 1,000 gives 1,000.
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
        self, queryset: QuerySet[Any], request: Request, view: Any = None
    ) -> list[Any]:
        def read(limit: int, back: bool, position: Position | None) -> list[Any]:
            return list(self._beyond(queryset, back, position)[:limit])

        return self.paginate(read, request, view.ordering)

    def paginate(self, read: Read, request: Request, ordering: Sequence[str]) -> list[Any]:
        """A page of the rows that `read` finds before or after a position, nearest first."""
        self.path = request.path
        self.base_url = settings.SITE_URL + request.get_full_path()
        self.ordering = tuple(ordering)
        size = self.get_page_size(request)
        back, position = self._asked_for(request)
        rows = read(size + 1, back, position)
        self.page = rows[:size][::-1] if back else rows[:size]
        more, came_from = len(rows) > size, position is not None
        self.has_next, self.has_previous = (came_from, more) if back else (more, came_from)
        return self.page

    def get_next_link(self) -> str | None:
        return self._link(False, self.page[-1]) if self.has_next and self.page else None

    def get_previous_link(self) -> str | None:
        return self._link(True, self.page[0]) if self.has_previous and self.page else None

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get("page_size")
        if asked is None:
            return self.page_size or self.max_page_size
        if not POSITIVE.fullmatch(asked) or int(asked) == 0:
            raise exceptions.ValidationError({"page_size": [_("Enter a positive whole number.")]})
        return min(int(asked), self.max_page_size)

    def _beyond(
        self, queryset: QuerySet[Any], back: bool, position: Position | None
    ) -> QuerySet[Any]:
        """The rows before or after a position, nearest first; `ordering` is a moment and the id."""
        field = self.ordering[0].lstrip("-")
        if position is not None:
            queryset = queryset.filter(keyset.beyond(field, back, *position))
        return queryset.order_by(*keyset.nearest_first(field, back))

    def _asked_for(self, request: Request) -> tuple[bool, Position | None]:
        cursor = request.query_params.get("cursor")
        return (False, None) if cursor is None else cursors.read(cursor, self.path)

    def _link(self, back: bool, row: Any) -> str:
        names = [field.lstrip("-") for field in self.ordering]
        moment, pk = (getattr(row, name) for name in names)
        cursor = cursors.write(back, Position(moment, pk), self.path)
        return replace_query_param(self.base_url, "cursor", cursor)
