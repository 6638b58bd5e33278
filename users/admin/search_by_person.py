"""Lists of rows about users, which are searched by user."""

import ipaddress
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lib.admin_tables import ReadOnlyAdmin
from users import phone_numbers
from users.accounts import search
from users.models import User

MOST_PEOPLE = 200  # users whose rows one search shows


class SearchByPersonAdmin(ReadOnlyAdmin):
    list_select_related = ["user"]
    search_fields = ["user"]
    search_help_text = _("A phone number or its last digits, a name, an e-mail, an IP address.")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if search_term:
            queryset = queryset.filter(self.matching(search_term))
        return queryset, False

    def matching(self, text: str) -> Q:
        """The rows that match a text."""
        if _is_ip_address(text):
            return Q(ip_address=text)
        return Q(user__in=list(search.people(text).values_list("pk", flat=True)[:MOST_PEOPLE]))


def e164(text: str) -> str | None:
    """The text as a phone number in E.164, or None."""
    try:
        return User.objects.read_phone_number(text)
    except phone_numbers.Refused:
        return None


def _is_ip_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
