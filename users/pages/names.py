"""The page to edit the user's names, e-mail and picture."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from users.accounts import own
from users.pages.settings_forms import ProfileForm
from users.sign_ins.browser import AuthenticatedHttpRequest


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthenticatedHttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, request.FILES or None, instance=request.user)
    if form.is_valid():
        own.edit(request.user, **form.changes())
        messages.success(request, _("Saved."))
        return redirect("settings")
    return render(request, "settings/names.html", {"form": form})
