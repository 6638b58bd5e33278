"""The admin site: who may enter, and how."""

from typing import Any

from django.contrib.admin import AdminSite as DjangoAdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import Throttled

from referrals import flood_guard
from users.phone_numbers import LONGEST_INPUT


class PasswordForm(AdminAuthenticationForm):
    """A superuser's phone number and password; guessing meets the flood guard of sign-ins."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs["maxlength"] = LONGEST_INPUT

    def clean(self) -> dict[str, Any]:
        address = self.request.META.get("REMOTE_ADDR") if self.request else None
        try:
            flood_guard.check("failed_guesses", address)
        except Throttled as throttled:
            raise ValidationError(throttled.detail) from throttled
        try:
            return super().clean()
        except ValidationError:
            flood_guard.count("failed_guesses", address)
            raise

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        super().confirm_login_allowed(user)  # type: ignore[arg-type]
        if not getattr(user, "is_superuser", False):
            raise self.get_invalid_login_error()


class AdminSite(DjangoAdminSite):
    """Open to superusers: staff rights ask for more than a password can prove."""

    site_header = _("Referral system")
    site_title = _("Referral system")
    index_title = _("Administration")
    login_form = PasswordForm

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and bool(
            getattr(request.user, "is_superuser", False)
        )
