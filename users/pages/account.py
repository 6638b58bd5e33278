"""The pages to download the user's data and to close the account."""

from django.contrib import auth, messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from rest_framework.renderers import JSONRenderer

from lib.api.serialization import serialize
from users.accounts import own
from users.client import Client
from users.pages.recent import recent_sign_in_required
from users.pages.settings_forms import CloseForm
from users.serializers.data import PersonalDataSerializer
from users.sign_ins.browser import AuthenticatedHttpRequest

INDENTED = "application/json; indent=2"


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Explains what closing means, and closes the account after a recent sign-in."""
    if request.method == "POST":
        return _close(request)
    return render(request, "settings/account.html", {"form": CloseForm()})


@never_cache
@login_required
@require_safe
def data(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The same as the API's `users/me/data/`, as a file."""
    content = serialize(PersonalDataSerializer, own.personal_data(request.user))
    response = HttpResponse(JSONRenderer().render(content, INDENTED), "application/json")
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@recent_sign_in_required
def _close(request: AuthenticatedHttpRequest) -> HttpResponse:
    form = CloseForm(request.POST)
    if not form.is_valid():
        return render(request, "settings/account.html", {"form": form})
    own.close(request.user, Client.of(request))
    auth.logout(request)  # the sign-in has ended with the account
    messages.success(request, _("Your account is closed. Everything personal is erased."))
    return redirect("index")
