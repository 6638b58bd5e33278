"""Where somebody is signed in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from users.client import Client
from users.models import SignIn
from users.pages.settings_forms import DeviceForm
from users.sign_ins import sign_ins
from users.sign_ins.browser import AuthenticatedHttpRequest, sign_in_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: AuthenticatedHttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _end_others(request) if "others" in request.POST else _end(request)
    devices = request.user.sign_ins.unexpired().order_by("-last_used_at", "-id")
    context = {"devices": devices, "current": sign_in_of(request)}
    return render(request, "settings/devices.html", context)


def _end(request: AuthenticatedHttpRequest) -> HttpResponse:
    form = DeviceForm(request.user, request.POST)
    if not form.is_valid():
        raise Http404
    sign_ins.end(form.cleaned_data["device"], Client.of(request))
    messages.success(request, _("That device is signed out."))
    return redirect("settings-devices")


def _end_others(request: AuthenticatedHttpRequest) -> HttpResponse:
    nowhere = SignIn(user=request.user)  # who came by password keeps none
    sign_ins.end_others(sign_in_of(request) or nowhere, Client.of(request))
    messages.success(request, _("All other devices are signed out."))
    return redirect("settings-devices")
