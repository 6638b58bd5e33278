"""Where an invite link leads, and the cookie that keeps its code until it is activated."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from referrals import invite_codes, services
from referrals.models import Activation, invite_link

COOKIE = "invite_code"
KEPT = timedelta(days=30)


@never_cache
@require_safe
def landing(request: HttpRequest, code: str) -> HttpResponse:
    """Shows the code in the link and what to do with it.

    The code is not looked up and nothing is activated or stored, so a known code looks
    like an unknown one, and a robot that previews the link changes nothing.
    """
    invite_code = invite_codes.normalise(code)
    if invite_code is None:
        raise Http404
    if request.user.is_authenticated:
        mine = services.activation_of(request.user)
        if mine is not None:
            return activated(request, mine)
    context = {"invite_code": invite_code, "invite_link": invite_link(invite_code)}
    response = render(request, "referrals/invite.html", context)
    _remember(response, invite_code)
    return response


def activated(request: HttpRequest, mine: Activation) -> HttpResponse:
    """The page for a user who has activated a code: another link cannot change that."""
    response = render(request, "referrals/activated.html", {"activation": mine})
    forget(response)
    return response


def remembered(request: HttpRequest) -> str | None:
    """The invite code of the link that this browser opened last."""
    return invite_codes.normalise(request.COOKIES.get(COOKIE, ""))


def forget(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")


def _remember(response: HttpResponse, invite_code: str) -> None:
    response.set_cookie(
        COOKIE,
        invite_code,
        max_age=KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
