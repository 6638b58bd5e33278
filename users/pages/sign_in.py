"""Signing in and out in a browser."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from users.confirmation.budgets import SHORT
from users.pages.flow import Door, code_step, next_page, phone_step
from users.pages.pending_code import recall
from users.sign_ins import browser

DOOR = Door(
    key="sign_in_code",
    length=SHORT,
    phone_step="sign-in",
    code_step="sign-in-code",
    inside="profile",
    phone_page="sign_in/phone.html",
    code_page="sign_in/code.html",
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated and not _must_sign_in_again(request):
        return HttpResponseRedirect(next_page(request, DOOR))
    return phone_step(request, DOOR)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated and not recall(request, DOOR.key):
        return HttpResponseRedirect(next_page(request, DOOR))  # who came back after signing in
    return code_step(request, DOOR)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    browser.close_session(request)
    messages.success(request, _("You have signed out."))
    return redirect("index")


def _must_sign_in_again(request: HttpRequest) -> bool:
    """Whether a page that cannot be undone has sent them here: it names itself in `next`."""
    sign_in = browser.sign_in_of(request)
    is_recent = sign_in is not None and sign_in.is_recent
    return not is_recent and ("next" in request.GET or "next" in request.POST)
