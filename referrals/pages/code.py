"""The user's own invite code."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from rest_framework.exceptions import APIException

from lib.pages.refusals import in_words
from referrals import person, services
from referrals.invited import downloads


@never_cache
@login_required
@require_safe
def qr(request: HttpRequest) -> HttpResponse:
    return downloads.qr_code(services.live_invite_code(person.of(request)))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """Explains what changing the code means, and changes it."""
    if request.method != "POST":
        code = services.live_invite_code(person.of(request))
        return render(request, "referrals/code_change.html", {"invite_code": code})
    try:
        code = services.reset_invite_code(person.of(request))
    except APIException as refusal:
        messages.error(request, in_words(refusal))
        return redirect("code-change")
    messages.success(request, _("Your invite code is %s now. The old one no longer works.") % code)
    return redirect("profile")
