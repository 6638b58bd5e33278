"""The pages to move the account to another phone number.

As in `sign_in_flow`, every answer to a form that may send an SMS is a redirect.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from rest_framework.exceptions import APIException

from lib.pages.refusals import in_words
from users import phone_numbers
from users.accounts import own
from users.client import Client
from users.exceptions import DeliveryUnavailable, PhoneNumberTaken
from users.models import SignIn
from users.pages.forms import CodeForm
from users.pages.pending_code import PendingCode, forget, recall, remember
from users.pages.recent import recent_sign_in_required
from users.pages.settings_forms import NewPhoneNumberForm
from users.sign_ins.browser import AuthenticatedHttpRequest, sign_in_of

SESSION_KEY = "phone_change_code"  # where the session keeps the pending code


@never_cache
@recent_sign_in_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: AuthenticatedHttpRequest) -> HttpResponse:
    form = NewPhoneNumberForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _send_code(request, form.cleaned_data["phone_number"])
    context = {"form": form, "current": phone_numbers.spelled_out(request.user.phone_number or "")}
    return render(request, "settings/phone.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: AuthenticatedHttpRequest) -> HttpResponse:
    pending, sign_in = recall(request, SESSION_KEY), sign_in_of(request)
    if pending is None or sign_in is None:
        return redirect("settings-phone")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _change(request, sign_in, pending, form.cleaned_data["confirmation_code"])
    return render(request, "settings/phone_code.html", {"form": form, "pending_code": pending})


def _send_code(request: AuthenticatedHttpRequest, phone_number: str) -> HttpResponse:
    try:
        code = own.request_phone_change(request.user, phone_number, Client.of(request))
    except APIException as refusal:
        return _not_sent(request, refusal)
    remember(request, SESSION_KEY, PendingCode.from_code(code))
    return redirect("settings-phone-code")


def _not_sent(request: AuthenticatedHttpRequest, refusal: APIException) -> HttpResponse:
    """Says why no code was sent: on the code page if an earlier code may still be entered."""
    messages.error(request, in_words(refusal))
    if isinstance(refusal, DeliveryUnavailable):
        forget(request, SESSION_KEY)
    return redirect("settings-phone-code" if recall(request, SESSION_KEY) else "settings-phone")


def _change(
    request: AuthenticatedHttpRequest, sign_in: SignIn, pending: PendingCode, confirmation_code: str
) -> HttpResponse:
    client = Client.of(request)
    try:
        own.change_phone(sign_in, pending.phone_number, confirmation_code, client)
    except APIException as refusal:
        return _refused(request, pending, refusal)
    forget(request, SESSION_KEY)
    messages.success(request, _("Your phone number is changed. All other sign-ins have ended."))
    return redirect("profile")


def _refused(
    request: AuthenticatedHttpRequest, pending: PendingCode, refusal: APIException
) -> HttpResponse:
    messages.error(request, in_words(refusal))
    if isinstance(refusal, PhoneNumberTaken):
        forget(request, SESSION_KEY)
        return redirect("settings-phone")
    remember(request, SESSION_KEY, pending.after(refusal))
    return redirect("settings-phone-code")
