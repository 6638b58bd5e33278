"""People: found by any spelling of their number, and all about one on one page."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from lib.admin_tables import TableAdmin
from referrals.services import issue_invite_code
from users import phone_numbers
from users.accounts import search
from users.admin import person_page
from users.admin.actions import (
    BLOCK,
    END_SIGN_INS,
    RESTORE,
    REVOKE,
    UNBLOCK,
    as_admin_action,
)
from users.models import User

# Rights are two flags, staff and superuser; no view checks groups.
admin.site.unregister(Group)

# The fields that the form and the CSV leave out, and why. A test fails on a new one in neither.
HIDDEN_IN_FORM = {
    "id": "in the title",
    "subject_key": "a part of the subject, which the API shows",
    "avatar": "the user's own to change",
}
HIDDEN_IN_CSV = {
    "phone_number": "masked",
    "subject_key": "a part of the subject, which the API shows",
    "password": "a secret",
    "avatar": "a picture",
    "is_superuser": "on the page of the user",
    "last_login": "on the page of the user",
}


class UserCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["phone_number"]


@admin.register(User)
class UserAdmin(TableAdmin, DjangoUserAdmin):  # type: ignore[type-arg]
    """Staff look, block and unblock; only a superuser adds people, edits them and gives rights."""

    add_form = UserCreationForm
    change_form_template = "admin/users/user/change_form.html"
    list_display = ["masked", "first_name", "last_name", "is_active", "is_staff", "date_joined"]
    list_display_links = ["masked"]
    list_filter = [
        "is_active",
        "is_staff",
        ("closed_at", admin.EmptyFieldListFilter),
        "date_joined",
    ]
    exported = ["id", *list_display, "email", "closed_at"]
    search_fields = ["phone_number"]
    search_help_text = _(
        "A phone number or its first or last digits, a name, an e-mail, an invite code."
    )
    ordering = ["-id"]
    actions = [
        as_admin_action(action) for action in (BLOCK, UNBLOCK, END_SIGN_INS, REVOKE, RESTORE)
    ]
    fieldsets = [
        (_("Person"), {"fields": ["phone_number", "first_name", "last_name", "email"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (_("Dates"), {"fields": ["date_joined", "last_login", "closed_at"]}),
        (_("Password"), {"fields": ["password"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["phone_number", "usable_password", "password1", "password2"]}),
    ]
    readonly_fields = ["phone_number", "is_active", "date_joined", "last_login", "closed_at"]

    @admin.display(description=_("phone number"))
    def masked(self, person: User) -> str:
        return phone_numbers.mask(person.phone_number)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return bool(request.user.is_superuser) and not (obj and obj.closed_at)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> User | None:
        """While a form is saved, the row is locked, and so is that of the administrator."""
        found = super().get_object(request, object_id, from_field)
        if found and request.method == "POST" and connection.in_atomic_block:
            found = User.objects.lock(found.pk, cast(User, request.user).pk)
        return cast(User | None, found)

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002  # Django names it
        form_url: str = "",
    ) -> HttpResponse:
        with transaction.atomic():
            return super().user_change_password(request, id, form_url)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if search_term:
            queryset = queryset.filter(pk__in=search.people(search_term).values("pk"))
        return queryset, False

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Only a superuser sees the form; the page above it has what staff need."""
        return super().get_fieldsets(request, obj) if request.user.is_superuser else []

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return [] if obj is None else self.readonly_fields

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        person = context.get("original")
        if person:
            context["person_page"] = person_page.load(person, request.GET.get("invited", ""))
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change:
            written = {field.name for field in User._meta.fields} & {*form.changed_data}
            obj.save(update_fields=written)  # what happened since the form was opened stays
        else:
            super().save_model(request, obj, form, change)
            issue_invite_code(obj)
