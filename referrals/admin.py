"""Invite codes and activations, to look at: nobody writes them here."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import models
from django.http import HttpRequest

from referrals.models import Activation, InviteCode

NAME = get_user_model().USERNAME_FIELD


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A table that can be searched and read, and nothing else."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(InviteCode)
class InviteCodeAdmin(ReadOnlyAdmin):
    list_display = ["code", "owner", "issued_at", "retired_at", "revoked_at"]
    list_filter = [("retired_at", admin.EmptyFieldListFilter)]
    list_select_related = ["owner"]
    search_fields = ["=code", f"=owner__{NAME}"]
    ordering = ["-id"]


@admin.register(Activation)
class ActivationAdmin(ReadOnlyAdmin):
    list_display = ["invitee", "inviter", "invite_code", "activated_at"]
    list_select_related = ["invitee", "inviter", "invite_code"]
    search_fields = [
        "=invite_code__code",
        f"=invitee__{NAME}",
        f"=inviter__{NAME}",
    ]
    ordering = ["-id"]
