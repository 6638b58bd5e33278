"""The list of a user's invitees."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lib.pages import htmx
from referrals import person
from referrals.invited import downloads
from referrals.pages.forms import BrowseForm


@never_cache
@htmx.login_required
@require_http_methods(["GET", "HEAD", "POST"])
def browse(request: HttpRequest) -> HttpResponse:
    """Shows the list; the digits to search for come by POST, because logs contain addresses."""
    form = BrowseForm(request.POST or {"cursor": request.GET.get("cursor", "")})
    template = "referrals/invited_list.html" if htmx.is_htmx(request) else "referrals/invited.html"
    return render(request, template, {"people": form.listing(person.of(request))})


@never_cache
@login_required
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    return downloads.invited(person.of(request))
