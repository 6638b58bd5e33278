"""Confirmation codes, read-only: never their digits, nor what they are derived from."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from users import phone_numbers
from users.admin.filters import GatewayFilter, LengthFilter
from users.admin.search_by_person import SearchByPersonAdmin, e164
from users.models import ConfirmationCode


@admin.register(ConfirmationCode)
class ConfirmationCodeAdmin(SearchByPersonAdmin):
    list_display = [
        "id",
        "masked",
        "purpose",
        "length",
        "attempts",
        "live",
        "delivery",
        "gateway",
        "delivery_error",
        "created_at",
        "used_at",
    ]
    list_filter = ["delivery", GatewayFilter, "purpose", LengthFilter, "live", "created_at"]
    exclude = ["phone_number", "note_to", "nonce", "key_id"]
    exported = list_display
    search_help_text = _("A whole phone number, in any spelling.")

    @admin.display(description=_("phone number"))
    def masked(self, code: ConfirmationCode) -> str:
        return phone_numbers.mask(code.phone_number)

    def matching(self, text: str) -> Q:
        return Q(phone_number=e164(text))
