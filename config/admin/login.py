"""Signing in to the admin site: with a phone number and a code of six digits.

Only superusers may use a password instead.
"""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from rest_framework.exceptions import Throttled

from lib import flood_guard
from users.confirmation.budgets import LONG
from users.pages.sign_in_flow import SignInFlow
from users.phone_numbers import LONGEST_INPUT
from users.sign_ins import browser

FLOW = SignInFlow(
    session_key="admin_sign_in_code",
    code_length=LONG,
    phone_url_name="admin:login",
    code_url_name="admin:login_code",
    default_next="admin:index",
    phone_template="admin/login.html",
    code_template="admin/login_code.html",
)


class PasswordForm(AdminAuthenticationForm):
    """A superuser's phone number and password; the flood guard of sign-ins limits guessing."""

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


class PasswordView(LoginView):
    authentication_form = PasswordForm
    template_name = "admin/login_password.html"
    next_page = "admin:index"

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        browser.close_session(self.request)
        return super().form_valid(form)
