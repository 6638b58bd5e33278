"""Admin tables that may hold a million rows.

They are counted up to a limit, sorted only by indexed columns, and exported to CSV
as a stream. All staff who may enter the admin site may see them.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html

from lib import spreadsheets

logger = logging.getLogger(__name__)

COUNTED = 10_000  # rows; a longer list says "more than" and has to be searched or filtered
AT_ONCE = 2_000  # rows that an export reads at once


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages of the first 10,000 rows: counting a million would take longer than the page."""

    @cached_property
    def _counted(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: COUNTED + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self._counted, COUNTED)

    @property
    def is_capped(self) -> bool:
        return self._counted > COUNTED


class TableAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    ordering = ["-id"]
    sortable_by = ()
    exported: ClassVar[Sequence[Any]] = ()  # columns of the CSV file

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        export = path("export/", self.admin_site.admin_view(self.export), name=name)
        return [export, *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """The whole list as a CSV file, filtered and searched as on its page."""
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return redirect("..")
        logger.info("User № %s exported %s", request.user.pk, self.opts.label)
        answer = StreamingHttpResponse(self._csv(rows), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{self.opts.model_name}.csv"'
        return answer

    def _csv(self, rows: "models.QuerySet[Any]") -> Iterator[str]:
        header = [label_for_field(name, self.model, self) for name in self.exported]
        return spreadsheets.stream(header, map(self._exported, rows.iterator(AT_ONCE)))

    def _exported(self, row: models.Model) -> list[object]:
        return [lookup_field(name, row, self)[2] for name in self.exported]


class ReadOnlyAdmin(TableAdmin):
    """A table that can only be searched, read and exported."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


def linked(name: str, label: Any) -> Callable[[Any], str]:
    """A column that links to the row that a foreign key names."""

    @admin.display(description=label)
    def column(row: Any) -> str:
        return link(getattr(row, name))

    column.__name__ = f"linked_{name}"
    return column


def link(row: models.Model | None) -> str:
    """A link to the admin page of a row."""
    if row is None:
        return "—"
    page = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return format_html('<a href="{}">{}</a>', reverse(page, args=[row.pk]), row)
