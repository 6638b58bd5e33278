"""The audit trail, read-only."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lib.admin_tables import linked
from users import phone_numbers
from users.admin.search_by_person import SearchByPersonAdmin, e164
from users.models import AuditEvent


@admin.register(AuditEvent)
class AuditEventAdmin(SearchByPersonAdmin):
    list_display = [
        "at",
        "event",
        "masked_number",
        linked("user", _("person")),
        linked("actor", _("administrator")),
        "ip_address",
        "details",
    ]
    list_filter = ["event", "at"]
    list_select_related = ["user", "actor"]
    exported = ["at", "event", "masked_number", "user", "actor", "ip_address", "details"]

    def matching(self, text: str) -> Q:
        """Also finds events of a number before it had an account: they hold the masked number."""
        masked = text if "•" in text else phone_numbers.mask(e164(text))
        return super().matching(text) | Q(masked_number=masked)
