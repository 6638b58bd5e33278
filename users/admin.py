"""People, their codes and their sign-ins, as an administrator sees them: no secrets."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from referrals.admin import ReadOnlyAdmin
from referrals.services import issue_invite_code
from users import moderation, phone_numbers
from users.exceptions import CannotBlock
from users.models import AuditEvent, ConfirmationCode, SignIn, User


class PersonCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["phone_number"]


@admin.register(User)
class PersonAdmin(DjangoUserAdmin):  # type: ignore[type-arg]
    add_form = PersonCreationForm
    list_display = ["masked", "first_name", "last_name", "is_active", "is_staff", "date_joined"]
    list_display_links = ["masked"]
    list_filter = ["is_active", "is_staff", "date_joined"]
    search_fields = ["phone_number", "first_name", "last_name", "email", "=invite_codes__code"]
    ordering = ["-id"]
    list_per_page = 50
    show_full_result_count = False
    actions = ["block", "unblock"]
    fieldsets = [
        (None, {"fields": ["phone_number", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email"]}),
        (
            _("Rights"),
            {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]},
        ),
        (_("Dates"), {"fields": ["date_joined", "last_login", "closed_at"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["phone_number", "usable_password", "password1", "password2"]}),
    ]
    readonly_fields = ["phone_number", "is_active", "date_joined", "last_login", "closed_at"]

    @admin.display(description=_("phone number"), ordering="phone_number")
    def masked(self, user: User) -> str:
        return phone_numbers.mask(user.phone_number)

    @admin.action(description=_("Block the selected people"), permissions=["change"])
    def block(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for person in people:
            try:
                moderation.block(person, by=cast(User, request.user))
            except CannotBlock as refused:
                self.message_user(request, f"{person}: {refused.detail}", messages.ERROR)
            else:
                self.message_user(request, _("Blocked: %s") % person)

    @admin.action(description=_("Unblock the selected people"), permissions=["change"])
    def unblock(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for person in people:
            moderation.unblock(person, by=cast(User, request.user))
            self.message_user(request, _("Unblocked: %s") % person)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        if obj is None:
            return []
        rights = ["is_staff", "is_superuser", "groups", "user_permissions"]
        return [*self.readonly_fields, *([] if request.user.is_superuser else rights)]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            issue_invite_code(obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


@admin.register(ConfirmationCode)
class ConfirmationCodeAdmin(ReadOnlyAdmin):
    list_display = [
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
    list_filter = ["delivery", "gateway", "purpose", "length", "live", "created_at"]
    search_fields = ["=phone_number"]
    exclude = ["phone_number", "nonce", "key_id"]
    ordering = ["-id"]

    @admin.display(description=_("phone number"))
    def masked(self, code: ConfirmationCode) -> str:
        return phone_numbers.mask(code.phone_number)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "event", "masked_number", "user", "actor", "ip_address"]
    list_filter = ["event", "at"]
    list_select_related = ["user", "actor"]
    search_fields = ["=user__phone_number", "=masked_number", "=ip_address"]
    ordering = ["-id"]


@admin.register(SignIn)
class SignInAdmin(ReadOnlyAdmin):
    list_display = ["user", "proof_length", "ip_address", "user_agent", "created_at", "ended_at"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter), "proof_length", "created_at"]
    list_select_related = ["user"]
    search_fields = ["=user__phone_number", "ip_address"]
    ordering = ["-id"]
