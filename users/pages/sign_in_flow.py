"""The two steps of signing in with a phone number, on the site and on the admin site.

A form that may send an SMS is always answered with a redirect, so going back or reloading
never sends another.
"""

from typing import Any, NamedTuple
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException

from lib.pages.refusals import in_words
from users import phone_numbers
from users.client import Client
from users.confirmation.budgets import LONG, SHORT
from users.exceptions import AccountBlocked, CodeRequestedTooSoon, DeliveryUnavailable
from users.pages.forms import CodeForm, PhoneNumberForm
from users.pages.pending_code import PendingCode, forget, recall, remember
from users.sign_ins import browser, signing_in


class SignInFlow(NamedTuple):
    """The URLs of the two steps, and the length of the code."""

    session_key: str  # where the session keeps the pending code
    code_length: int
    phone_url_name: str
    code_url_name: str
    default_next: str  # the URL name of the next page
    phone_template: str
    code_template: str

    def lengths(self, pending: PendingCode) -> list[int]:
        """The possible lengths of the code; another browser may have asked for a longer one."""
        return [n for n in (SHORT, LONG) if n >= (pending.length or self.code_length)]


def phone_step(request: HttpRequest, flow: SignInFlow, **context: Any) -> HttpResponse:
    """Asks for a phone number and sends a code to it, known or not."""
    posted = request.POST if request.method == "POST" else None
    form = PhoneNumberForm(posted, initial={"phone_number": _initial_number(request, flow)})
    if form.is_valid():
        return _send_code(request, flow, form.cleaned_data["phone_number"])
    context |= {"form": form, "next": next_page(request, flow)}
    return TemplateResponse(request, flow.phone_template, context)


def code_step(request: HttpRequest, flow: SignInFlow, **context: Any) -> HttpResponse:
    """Asks for the code, and signs the browser in."""
    pending = recall(request, flow.session_key)
    if pending is None:
        return _redirect(request, flow, flow.phone_url_name)
    posted = request.POST if request.method == "POST" else None
    form = CodeForm(posted, lengths=flow.lengths(pending))
    if form.is_valid():
        return _sign_in(request, flow, pending, form.cleaned_data["confirmation_code"])
    context |= {"form": form, "next": next_page(request, flow), "pending_code": pending}
    return TemplateResponse(request, flow.code_template, context)


def next_page(request: HttpRequest, flow: SignInFlow) -> str:
    """The page that the user asked for, if it is on this site; otherwise the default."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, None)
    return wanted if is_ours else reverse(flow.default_next)


def _initial_number(request: HttpRequest, flow: SignInFlow) -> str:
    """The number that was entered last, or the user's own when they sign in again."""
    pending = recall(request, flow.session_key)
    number = pending.phone_number if pending else getattr(request.user, "phone_number", None)
    return phone_numbers.spelled_out(number) if number else ""


def _send_code(request: HttpRequest, flow: SignInFlow, phone_number: str) -> HttpResponse:
    pending = recall(request, flow.session_key)
    known = pending if pending and pending.phone_number == phone_number else None
    try:
        code = signing_in.request_code(phone_number, Client.of(request), flow.code_length)
    except APIException as refusal:
        return _not_sent(request, flow, known or PendingCode(phone_number), refusal)
    if known:
        messages.success(request, _("A new code is on its way."))
    remember(request, flow.session_key, PendingCode.from_code(code))
    return _redirect(request, flow, flow.code_url_name)


def _not_sent(
    request: HttpRequest, flow: SignInFlow, pending: PendingCode, refusal: APIException
) -> HttpResponse:
    """Says why no code was sent: on the code page if an earlier code may still be entered."""
    is_on_its_way = isinstance(refusal, CodeRequestedTooSoon)
    messages.add_message(
        request, messages.WARNING if is_on_its_way else messages.ERROR, in_words(refusal)
    )
    if isinstance(refusal, CodeRequestedTooSoon) and not pending.resend_in:
        pending = PendingCode.from_refusal(pending.phone_number, refusal)
    if isinstance(refusal, DeliveryUnavailable):
        pending = PendingCode(pending.phone_number)
    remember(request, flow.session_key, pending)
    return _redirect(
        request, flow, flow.code_url_name if pending.expires_at else flow.phone_url_name
    )


def _sign_in(
    request: HttpRequest, flow: SignInFlow, pending: PendingCode, confirmation_code: str
) -> HttpResponse:
    client = Client.of(request)
    try:
        sign_in, is_new = signing_in.sign_in(pending.phone_number, confirmation_code, client)
    except APIException as refusal:
        return _refused(request, flow, pending, refusal)
    browser.open_session(request, sign_in)
    forget(request, flow.session_key)
    if is_new:
        messages.success(request, _("Welcome! Your account is ready, and so is your invite code."))
    return HttpResponseRedirect(next_page(request, flow))


def _refused(
    request: HttpRequest, flow: SignInFlow, pending: PendingCode, refusal: APIException
) -> HttpResponse:
    messages.error(request, in_words(refusal))
    if isinstance(refusal, AccountBlocked):
        forget(request, flow.session_key)
        return _redirect(request, flow, flow.phone_url_name)
    remember(request, flow.session_key, pending.after(refusal))
    return _redirect(request, flow, flow.code_url_name)


def _redirect(request: HttpRequest, flow: SignInFlow, url_name: str) -> HttpResponseRedirect:
    """Redirects to a step and passes on the page that the user asked for."""
    return HttpResponseRedirect(f"{reverse(url_name)}?next={quote(next_page(request, flow))}")
