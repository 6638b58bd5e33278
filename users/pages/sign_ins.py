"""The page that lists and ends the user's sign-ins."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from users.client import Client
from users.models import SignIn
from users.pages.settings_forms import SignInForm
from users.sign_ins import sign_ins
from users.sign_ins.browser import AuthenticatedHttpRequest, sign_in_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: AuthenticatedHttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _end_others(request) if "others" in request.POST else _end(request)
    mine = request.user.sign_ins.unexpired().seen_from(sign_in_of(request))
    return render(request, "settings/sign_ins.html", {"sign_ins": mine})


def _end(request: AuthenticatedHttpRequest) -> HttpResponse:
    form = SignInForm(request.user, request.POST)
    if not form.is_valid():
        raise Http404
    sign_ins.end(form.cleaned_data["sign_in"], Client.of(request))
    messages.success(request, _("That sign-in has ended."))
    return redirect("settings-sign-ins")


def _end_others(request: AuthenticatedHttpRequest) -> HttpResponse:
    none = SignIn(user=request.user)  # a user who signed in with a password has no current one
    sign_ins.end_others(sign_in_of(request) or none, Client.of(request))
    messages.success(request, _("All other sign-ins have ended."))
    return redirect("settings-sign-ins")
