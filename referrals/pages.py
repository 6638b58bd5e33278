"""Where an invite link leads."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from referrals import codes


@require_safe
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """Shows the code that the link carries and what to do with it.

    Nothing is looked up and nothing is activated, so a known code looks like an
    unknown one, and a robot that previews the link changes nothing.
    """
    invite_code = codes.normalise(code)
    if invite_code is None:
        raise Http404
    return render(request, "invite.html", {"invite_code": invite_code})
