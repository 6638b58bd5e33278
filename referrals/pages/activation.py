"""Activating an invite code: the user enters it, checks it and confirms."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from rest_framework.exceptions import APIException, Throttled

from lib.pages.refusals import in_words
from referrals import invite_codes, person, services
from referrals.exceptions import InviteCodeAlreadyActivated
from referrals.pages.forms import InviteCodeForm
from referrals.pages.invite import activated, forget, remembered


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Asks for the code, filled in with that of the invite link opened last."""
    mine = services.activation_of(person.of(request))
    if mine is not None:
        return activated(request, mine)
    posted = request.POST if request.method == "POST" else None
    form = InviteCodeForm(posted, initial={"invite_code": remembered(request)})
    if form.is_valid():
        return redirect("activate-code", form.cleaned_data["invite_code"])
    return render(request, "referrals/activate.html", {"form": form})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """Shows the code, and nothing about its owner, before it is activated for good."""
    invite_code = invite_codes.normalise(code)
    if invite_code is None:
        raise Http404
    if invite_code != code:
        return redirect("activate-code", invite_code)
    if request.method == "POST":
        return _activate(request, invite_code)
    mine = services.activation_of(person.of(request))
    if mine is not None:
        return activated(request, mine)
    return render(request, "referrals/activate_confirm.html", {"invite_code": invite_code})


def _activate(request: HttpRequest, invite_code: str) -> HttpResponse:
    address = request.META.get("REMOTE_ADDR")
    try:
        _mine, is_new = services.activate(person.of(request), invite_code, address)
    except APIException as refusal:
        return _refused(request, invite_code, refusal)
    said = (
        _("You have activated the invite code %s.") if is_new else _("You had activated %s before.")
    )
    messages.success(request, said % invite_code)
    return _done(redirect("profile"))


def _refused(request: HttpRequest, invite_code: str, refusal: APIException) -> HttpResponse:
    """Says why the code was refused, on the page where the user can continue."""
    messages.error(request, in_words(refusal))
    if isinstance(refusal, Throttled):
        return redirect("activate-code", invite_code)
    if isinstance(refusal, InviteCodeAlreadyActivated):
        return _done(redirect("profile"))
    response = redirect("activate")
    if remembered(request) == invite_code:
        forget(response)  # the code would only be refused again
    return response


def _done(response: HttpResponse) -> HttpResponse:
    forget(response)
    return response
