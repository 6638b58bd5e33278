"""Signing in and out in a browser."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from users.confirmation.budgets import SHORT
from users.pages.pending_code import recall
from users.pages.sign_in_flow import SignInFlow, code_step, next_page, phone_step
from users.sign_ins import browser

FLOW = SignInFlow(
    session_key="sign_in_code",
    code_length=SHORT,
    phone_url_name="sign-in",
    code_url_name="sign-in-code",
    default_next="profile",
    phone_template="sign_in/phone.html",
    code_template="sign_in/code.html",
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated and not _must_sign_in_again(request):
        return HttpResponseRedirect(next_page(request, FLOW))
    return phone_step(request, FLOW)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated and not recall(request, FLOW.session_key):
        return HttpResponseRedirect(next_page(request, FLOW))  # went back after signing in
    return code_step(request, FLOW)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    browser.close_session(request)
    messages.success(request, _("You have signed out."))
    return redirect("index")


def _must_sign_in_again(request: HttpRequest) -> bool:
    """Whether a page that needs a recent sign-in redirected here: `next` is that page."""
    sign_in = browser.sign_in_of(request)
    is_recent = sign_in is not None and sign_in.is_recent
    return not is_recent and ("next" in request.GET or "next" in request.POST)
