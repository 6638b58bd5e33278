"""The admin site: who may enter it, and what its front page shows."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite as DjangoAdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from config.admin import dashboard, login
from users.confirmation.budgets import LONG
from users.exceptions import StrongerSignInRequired
from users.pages.sign_in_flow import code_step, next_page, phone_step
from users.sign_ins import browser


class AdminSite(DjangoAdminSite):
    """Open to staff who entered a six-digit code and to superusers who entered their password."""

    site_header = gettext_lazy("Referral system")
    site_title = gettext_lazy("Referral system")
    index_title = gettext_lazy("Administration")

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and is_proved(request)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        login_urls = [
            path("login/code/", self.login_code, name="login_code"),
            path("login/password/", self.login_password, name="login_password"),
            path("logout/", require_POST(self.logout), name="logout"),
        ]
        return [*login_urls, *super().get_urls()]

    @method_decorator(never_cache)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        skipped = self._skip_login(request)
        return skipped or phone_step(request, login.FLOW, **self._login_context(request))

    @method_decorator(never_cache)
    def login_code(self, request: HttpRequest) -> HttpResponse:
        skipped = self._skip_login(request)
        return skipped or code_step(request, login.FLOW, **self._login_context(request))

    @method_decorator(never_cache)
    def login_password(self, request: HttpRequest) -> HttpResponseBase:
        view = login.PasswordView.as_view(extra_context=self._login_context(request))
        return self._skip_login(request) or view(request)

    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ends the sign-in, whether or not its user may use the admin site."""
        browser.close_session(request)
        messages.success(request, _("You have signed out."))
        return redirect("admin:login")

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        shown = {"dashboard": dashboard.show(request.GET.get("days", ""))}
        return super().index(request, {**shown, **(extra_context or {})})

    def _skip_login(self, request: HttpRequest) -> HttpResponse | None:
        """Redirects a user who may already use the admin site."""
        if self.has_permission(request):
            return HttpResponseRedirect(next_page(request, login.FLOW))
        return None

    def _login_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            **self.each_context(request),
            "title": _("Sign in"),
            "subtitle": None,
            "refusal": refusal(request),
        }


def is_proved(request: HttpRequest) -> bool:
    """Staff rights need a six-digit code, not of a test number, or a superuser's password."""
    sign_in = browser.sign_in_of(request)
    if sign_in is None:
        return bool(getattr(request.user, "is_superuser", False))
    return sign_in.proof_length >= LONG


def refusal(request: HttpRequest) -> str | None:
    """Why a user who has signed in may not use the admin site."""
    if not request.user.is_authenticated:
        return None
    if not request.user.is_staff:
        return _("You are signed in as %s, who is not staff.") % request.user
    sign_in = browser.sign_in_of(request)
    if sign_in and sign_in.proof_length == 0:
        return _("You are signed in with a test number, which gives no access here.")
    return str(StrongerSignInRequired.default_detail)
