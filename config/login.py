"""The door of the administration: a phone number, then a code of six digits.

Every answer to a form that may send an SMS is a redirect, so going back or
reloading never sends another. A password opens it to superusers only.
"""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from rest_framework.exceptions import APIException, Throttled

from referrals import flood_guard
from referrals.exceptions import TooManyRequests
from users import browser, services
from users.client import Client
from users.exceptions import AccountBlocked, CodeRequestedTooSoon
from users.forms import LongCodeForm, PhoneNumberForm
from users.limits import LONG
from users.phone_numbers import LONGEST_INPUT

ASKED = "admin_phone_number"  # in the session: whose code the second step waits for


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


class PasswordView(LoginView):
    authentication_form = PasswordForm
    template_name = "admin/login_password.html"
    next_page = "admin:index"

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        browser.close_session(self.request)
        return super().form_valid(form)


def phone_step(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Asks for a phone number and sends a code to it, whoever's it is."""
    form = PhoneNumberForm(request.POST or None)
    if form.is_valid():
        return _send_code(request, form.cleaned_data["phone_number"])
    context |= {"form": form, "next": next_page(request)}
    return TemplateResponse(request, "admin/login.html", context)


def code_step(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Asks for the code, and signs the browser in."""
    phone_number = request.session.get(ASKED)
    if phone_number is None:
        return _to(request, "admin:login")
    form = LongCodeForm(request.POST or None)
    if form.is_valid():
        return _sign_in(request, phone_number, form.cleaned_data["confirmation_code"])
    context |= {"form": form, "next": next_page(request), "phone_number": phone_number}
    return TemplateResponse(request, "admin/login_code.html", context)


def next_page(request: HttpRequest) -> str:
    """Where somebody wanted to go, if that is on this site; the front page otherwise."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if is_ours else reverse("admin:index")


def _send_code(request: HttpRequest, phone_number: str) -> HttpResponse:
    try:
        services.request_code(phone_number, Client.of(request), LONG)
    except APIException as refusal:
        messages.error(request, _said(refusal))
        if not isinstance(refusal, CodeRequestedTooSoon):
            return _to(request, "admin:login")
    request.session[ASKED] = phone_number
    return _to(request, "admin:login_code")


def _sign_in(request: HttpRequest, phone_number: str, confirmation_code: str) -> HttpResponse:
    try:
        sign_in, _is_new = services.sign_in(phone_number, confirmation_code, Client.of(request))
    except APIException as refusal:
        messages.error(request, _said(refusal))
        blocked = isinstance(refusal, AccountBlocked)
        return _to(request, "admin:login" if blocked else "admin:login_code")
    browser.open_session(request, sign_in)
    request.session.pop(ASKED, None)
    return redirect(next_page(request))


def _said(refusal: APIException) -> str:
    """A refusal in words, with all that a program would read from its fields."""
    said = str(refusal.detail)
    if isinstance(refusal, TooManyRequests):
        said += " " + gettext("Try again in %d s.") % refusal.wait
    attempts_left = getattr(refusal, "extra", {}).get("attempts_left")
    if attempts_left is not None:
        said += " " + gettext("Attempts left: %d.") % attempts_left
    return said


def _to(request: HttpRequest, step: str) -> HttpResponseRedirect:
    """On to a step of signing in, with the page that was wanted."""
    return HttpResponseRedirect(f"{reverse(step)}?next={quote(next_page(request))}")
