"""The two steps of signing in with a phone number; the site and the administration share them.

Every answer to a form that may send an SMS is a redirect, so going back or reloading
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
from users.pages.pending_code import Asked, forget, recall, remember
from users.sign_ins import browser, signing_in


class Door(NamedTuple):
    """Where somebody signs in."""

    key: str  # in the session
    length: int  # digits that it asks for
    phone_step: str  # URL names
    code_step: str
    inside: str
    phone_page: str  # templates
    code_page: str

    def lengths(self, asked: Asked) -> list[int]:
        """How many digits a code may have; another device may have asked for a longer one."""
        return [n for n in (SHORT, LONG) if n >= (asked.length or self.length)]


def phone_step(request: HttpRequest, door: Door, **context: Any) -> HttpResponse:
    """Asks for a phone number and sends a code to it, whoever's it is."""
    posted = request.POST if request.method == "POST" else None
    form = PhoneNumberForm(posted, initial={"phone_number": _known_number(request, door)})
    if form.is_valid():
        return _send_code(request, door, form.cleaned_data["phone_number"])
    context |= {"form": form, "next": next_page(request, door)}
    return TemplateResponse(request, door.phone_page, context)


def code_step(request: HttpRequest, door: Door, **context: Any) -> HttpResponse:
    """Asks for the code, and signs the browser in."""
    asked = recall(request, door.key)
    if asked is None:
        return _to(request, door, door.phone_step)
    posted = request.POST if request.method == "POST" else None
    form = CodeForm(posted, lengths=door.lengths(asked))
    if form.is_valid():
        return _sign_in(request, door, asked, form.cleaned_data["confirmation_code"])
    context |= {"form": form, "next": next_page(request, door), "asked": asked}
    return TemplateResponse(request, door.code_page, context)


def next_page(request: HttpRequest, door: Door) -> str:
    """Where somebody wanted to go, if that is a path of this site; inside the door otherwise."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, None)
    return wanted if is_ours else reverse(door.inside)


def _known_number(request: HttpRequest, door: Door) -> str:
    """The number asked for last; of somebody who signs in again, their own."""
    asked = recall(request, door.key)
    number = asked.phone_number if asked else getattr(request.user, "phone_number", None)
    return phone_numbers.spelled_out(number) if number else ""


def _send_code(request: HttpRequest, door: Door, phone_number: str) -> HttpResponse:
    asked = recall(request, door.key)
    known = asked if asked and asked.phone_number == phone_number else None
    try:
        code = signing_in.request_code(phone_number, Client.of(request), door.length)
    except APIException as refusal:
        return _not_sent(request, door, known or Asked(phone_number), refusal)
    if known:
        messages.success(request, _("A new code is on its way."))
    remember(request, door.key, Asked.here(code))
    return _to(request, door, door.code_step)


def _not_sent(
    request: HttpRequest, door: Door, asked: Asked, refusal: APIException
) -> HttpResponse:
    """Says why, where the person can go on: at the code, while there is one to enter."""
    is_on_its_way = isinstance(refusal, CodeRequestedTooSoon)
    messages.add_message(
        request, messages.WARNING if is_on_its_way else messages.ERROR, in_words(refusal)
    )
    if isinstance(refusal, CodeRequestedTooSoon) and not asked.resend_in:
        asked = Asked.elsewhere(asked.phone_number, refusal)
    if isinstance(refusal, DeliveryUnavailable):
        asked = Asked(asked.phone_number)
    remember(request, door.key, asked)
    return _to(request, door, door.code_step if asked.expires_at else door.phone_step)


def _sign_in(
    request: HttpRequest, door: Door, asked: Asked, confirmation_code: str
) -> HttpResponse:
    client = Client.of(request)
    try:
        sign_in, is_new = signing_in.sign_in(asked.phone_number, confirmation_code, client)
    except APIException as refusal:
        return _refused(request, door, asked, refusal)
    browser.open_session(request, sign_in)
    forget(request, door.key)
    if is_new:
        messages.success(request, _("Welcome! Your account is ready, and so is your invite code."))
    return HttpResponseRedirect(next_page(request, door))


def _refused(request: HttpRequest, door: Door, asked: Asked, refusal: APIException) -> HttpResponse:
    messages.error(request, in_words(refusal))
    if isinstance(refusal, AccountBlocked):
        forget(request, door.key)
        return _to(request, door, door.phone_step)
    remember(request, door.key, asked.after(refusal))
    return _to(request, door, door.code_step)


def _to(request: HttpRequest, door: Door, step: str) -> HttpResponseRedirect:
    """On to a step, with the page that was wanted."""
    return HttpResponseRedirect(f"{reverse(step)}?next={quote(next_page(request, door))}")
