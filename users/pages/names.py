"""Somebody's names, e-mail and picture, as they give them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from users import accounts
from users.browser import AuthenticatedHttpRequest
from users.settings_forms import ProfileForm


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthenticatedHttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, request.FILES or None, instance=request.user)
    if form.is_valid():
        accounts.edit(request.user, **form.changes())
        messages.success(request, _("Saved."))
        return redirect("settings")
    return render(request, "settings/names.html", {"form": form})
