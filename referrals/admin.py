"""Invite codes and activations, read-only."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lib.admin_tables import ReadOnlyAdmin, linked
from referrals import invite_codes
from referrals.models import Activation, InviteCode

HELP = _("A whole phone number in any spelling, or an invite code.")


@admin.register(InviteCode)
class InviteCodeAdmin(ReadOnlyAdmin):
    list_display = ["code", linked("owner", _("owner")), "issued_at", "retired_at", "revoked_at"]
    list_filter = [
        ("retired_at", admin.EmptyFieldListFilter),
        ("revoked_at", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["owner"]
    exported = ["code", "owner", "issued_at", "retired_at", "revoked_at"]
    search_fields = ["code"]
    search_help_text = HELP

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if search_term:
            queryset = queryset.filter(owner__in=_named(search_term))
        return queryset, False


@admin.register(Activation)
class ActivationAdmin(ReadOnlyAdmin):
    list_display = [
        "id",
        linked("invitee", _("invitee")),
        linked("inviter", _("inviter")),
        linked("invite_code", _("invite code")),
        "activated_at",
    ]
    list_filter = ["activated_at"]
    list_select_related = ["invitee", "inviter", "invite_code"]
    exported = ["id", "invitee", "inviter", "invite_code", "activated_at"]
    search_fields = ["id"]
    search_help_text = HELP

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if search_term:
            people = _named(search_term)
            queryset = queryset.filter(Q(invitee__in=people) | Q(inviter__in=people))
        return queryset, False


def _named(text: str) -> list[int]:
    """The users whom a text names: by a phone number in any spelling, or by an invite code."""
    code = invite_codes.normalise(text) or ""
    owners = InviteCode.objects.filter(code=code).values_list("owner", flat=True)
    people = get_user_model()
    try:
        return [*owners, people._default_manager.get_by_natural_key(text).pk]
    except people.DoesNotExist:
        return list(owners)
