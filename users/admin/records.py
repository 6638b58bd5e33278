"""What is recorded: codes, sign-ins, the audit trail, activations. Nobody writes it by hand."""

import ipaddress
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lib.admin_tables import ReadOnlyAdmin, linked
from referrals.admin import ActivationAdmin
from referrals.models import Activation
from users import phone_numbers, sms
from users.accounts import search
from users.admin.actions import VOID, as_admin_action
from users.confirmation.budgets import LONG, SHORT
from users.models import AuditEvent, ConfirmationCode, SignIn, User

FOUND = 200  # people whose rows a search shows

BY_PERSON = _("A phone number or its last digits, a name, an e-mail, an IP address.")


class Choice(admin.SimpleListFilter):
    """A filter with its choices written down: reading a million rows for them takes seconds."""

    choices_of_it: list[tuple[str, Any]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return self.choices_of_it

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        if chosen not in dict(self.choices_of_it):
            return queryset
        return queryset.filter(**{str(self.parameter_name): chosen})


class Gateway(Choice):
    title = _("gateway")
    parameter_name = "gateway"
    choices_of_it = [(name, name) for name in sms.GATEWAYS]


class Length(Choice):
    title = _("length")
    parameter_name = "length"
    choices_of_it = [(str(length), length) for length in (SHORT, LONG)]


class Proof(Choice):
    title = _("proof")
    parameter_name = "proof_length"
    choices_of_it = [(str(length), length) for length in (0, SHORT, LONG)]


class PersonsRecordAdmin(ReadOnlyAdmin):
    """Rows about a person, found by the person."""

    list_select_related = ["user"]
    search_fields = ["user"]
    search_help_text = BY_PERSON

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if search_term:
            queryset = queryset.filter(self._about(search_term))
        return queryset, False

    def _about(self, text: str) -> Q:
        if _is_address(text):
            return Q(ip_address=text)
        return Q(user__in=list(search.people(text).values_list("pk", flat=True)[:FOUND]))


@admin.register(ConfirmationCode)
class ConfirmationCodeAdmin(PersonsRecordAdmin):
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
    list_filter = ["delivery", Gateway, "purpose", Length, "live", "created_at"]
    exclude = ["phone_number", "note_to", "nonce", "key_id"]
    exported = list_display
    search_help_text = _("A whole phone number, in any spelling.")

    @admin.display(description=_("phone number"))
    def masked(self, code: ConfirmationCode) -> str:
        return phone_numbers.mask(code.phone_number)

    def _about(self, text: str) -> Q:
        return Q(phone_number=_spelled_out(text))


@admin.register(AuditEvent)
class AuditEventAdmin(PersonsRecordAdmin):
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

    def _about(self, text: str) -> Q:
        """Also what happened to a number before it was anybody's: it stands there masked."""
        masked = text if "•" in text else phone_numbers.mask(_spelled_out(text))
        return super()._about(text) | Q(masked_number=masked)


@admin.register(SignIn)
class SignInAdmin(PersonsRecordAdmin):
    list_display = [
        "id",
        linked("user", _("person")),
        "proof_length",
        "ip_address",
        "user_agent",
        "created_at",
        "last_used_at",
        "ended_at",
    ]
    list_filter = [("ended_at", admin.EmptyFieldListFilter), Proof, "created_at"]
    exported = ["id", "user", *list_display[2:]]


admin.site.unregister(Activation)


@admin.register(Activation)
class AuditedActivationAdmin(ActivationAdmin):
    """Activations, which may be voided: the audit trail knows about people."""

    actions = [as_admin_action(VOID)]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _spelled_out(text: str) -> str | None:
    try:
        return User.objects.read_phone_number(text)
    except phone_numbers.Refused:
        return None
