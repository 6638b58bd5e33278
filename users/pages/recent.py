"""Pages that need a recent sign-in, because what they do cannot be undone."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.utils.translation import gettext as _

from users.exceptions import RecentSignInRequired
from users.sign_ins import browser
from users.sign_ins.browser import AuthenticatedHttpRequest

Page = Callable[[AuthenticatedHttpRequest], HttpResponse]


def recent_sign_in_required(page: Page) -> Page:
    """Asks a user who signed in earlier, or by password, to sign in again, and then returns."""

    @wraps(page)
    def wrapper(request: AuthenticatedHttpRequest) -> HttpResponse:
        sign_in = browser.sign_in_of(request)
        if sign_in and sign_in.is_recent:
            return page(request)
        by_phone = _("To do this, sign in with your phone number.")
        messages.warning(request, RecentSignInRequired.default_detail if sign_in else by_phone)
        return redirect_to_login(request.path)

    return login_required(wrapper)
