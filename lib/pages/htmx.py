"""Parts of a page that htmx asks for, to put them in place of what stands there."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def wants_part(request: HttpRequest) -> bool:
    return bool(HtmxDetails(request))


def signed_in(view: View[P]) -> View[P]:
    """Like `login_required`; whoever asked for a part is sent to sign in with the whole page."""
    guarded = login_required(view)

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if wants_part(request) and not request.user.is_authenticated:
            here = HtmxDetails(request).current_url_abs_path or request.path
            return HttpResponseClientRedirect(redirect_to_login(here).url)
        return guarded(request, *args, **kwargs)

    return answer
