"""Filters of the lists, whose choices are not read from a million rows."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from users import sms
from users.confirmation.budgets import LONG, SHORT


class ChoicesFilter(admin.SimpleListFilter):
    """A filter by one column with a fixed list of choices."""

    field_choices: list[tuple[str, Any]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return self.field_choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        if chosen not in dict(self.field_choices):
            return queryset
        return queryset.filter(**{str(self.parameter_name): chosen})


class GatewayFilter(ChoicesFilter):
    title = _("gateway")
    parameter_name = "gateway"
    field_choices = [(name, name) for name in sms.GATEWAYS]


class LengthFilter(ChoicesFilter):
    title = _("length")
    parameter_name = "length"
    field_choices = [(str(length), length) for length in (SHORT, LONG)]


class ProofFilter(ChoicesFilter):
    title = _("proof")
    parameter_name = "proof_length"
    field_choices = [(str(length), length) for length in (0, SHORT, LONG)]
