"""Views that answer htmx with a fragment, which it swaps into the open page."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth import decorators
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def is_htmx(request: HttpRequest) -> bool:
    return bool(HtmxDetails(request))


def login_required(view: View[P]) -> View[P]:
    """Like Django's own, but an htmx request moves the whole page to the sign-in page."""
    protected = decorators.login_required(view)

    @wraps(view)
    def wrapper(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if is_htmx(request) and not request.user.is_authenticated:
            here = HtmxDetails(request).current_url_abs_path or request.path
            return HttpResponseClientRedirect(redirect_to_login(here).url)
        return protected(request, *args, **kwargs)

    return wrapper
