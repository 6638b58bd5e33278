"""A sign-in that lives in a browser's session: the pages' counterpart of `authentication`.

The session holds the sign-in's id and nonce, so ending, blocking and closing act on the
next request, and after a restore from a backup it opens no other account.
"""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from users.client import Client
from users.models import SignIn, User
from users.sign_ins import legacy, sign_ins, visits

SESSION_KEY = "sign_in"
NONCE_KEY = "sign_in_nonce"
NOTED_EVERY = timedelta(minutes=5)  # a sign-in's last use is not written on each request


class AuthenticatedHttpRequest(HttpRequest):
    """The request of a page that uses `login_required`."""

    user: User


class SignInMiddleware:
    """Sets `request.sign_in` and, where there is one, `request.user`: in one query, when asked.

    `request.sign_in` is falsy for a visitor and for a user who signed in with a password.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.sign_in = SimpleLazyObject(lambda: _load(request))  # type: ignore[attr-defined]
        request.user = SimpleLazyObject(lambda: _user(request))  # type: ignore[assignment]
        return self.get_response(request)


def sign_in_of(request: HttpRequest) -> SignIn | None:
    """The sign-in that this request's session carries."""
    return getattr(request, "sign_in", None) or None


def open_session(request: HttpRequest, sign_in: SignIn) -> None:
    """Signs a browser in: under a new session key, and in place of any user before."""
    if sign_in_of(request) or request.user.is_authenticated:
        close_session(request)
    request.session.cycle_key()
    request.session.set_expiry(int(settings.REFRESH_TOKEN_LIFETIME.total_seconds()))
    request.session[SESSION_KEY] = sign_in.pk
    request.session[NONCE_KEY] = sign_in.nonce
    visits.begin(request.session, sign_in)
    rotate_token(request)
    _enter(request, sign_in)


def close_session(request: HttpRequest) -> None:
    """Signs a browser out: its sign-in ends, and its session is emptied."""
    sign_in = sign_in_of(request)
    if sign_in:
        sign_ins.end(sign_in, Client.of(request))
    auth.logout(request)
    request.sign_in = None  # type: ignore[attr-defined]


def _enter(request: HttpRequest, sign_in: SignIn) -> None:
    request.sign_in = sign_in  # type: ignore[attr-defined]
    request.user = sign_in.user


def _user(request: HttpRequest) -> "User | AnonymousUser":
    sign_in = sign_in_of(request)
    return sign_in.user if sign_in else auth.get_user(request)


def _load(request: HttpRequest) -> SignIn | None:
    pk = request.session.get(SESSION_KEY)
    if pk is None:
        return None
    alive = SignIn.objects.unexpired().select_related("user")
    sign_in = alive.filter(pk=pk, user__is_active=True).first()
    if sign_in is None or not _holds_nonce(request.session, sign_in):
        request.session.flush()
        return None
    _note_use(request, sign_in)
    return sign_in


def _holds_nonce(session: SessionBase, sign_in: SignIn) -> bool:
    if not session.get(NONCE_KEY):
        session[NONCE_KEY] = legacy.enter(session, sign_in)
    return bool(session[NONCE_KEY] == sign_in.nonce)


def _note_use(request: HttpRequest, sign_in: SignIn) -> None:
    """Keeps sign-in and session alive, as refreshing does for a client of the API."""
    now = timezone.now()
    unnoted = SignIn.objects.filter(pk=sign_in.pk, last_used_at__lte=now - NOTED_EVERY)
    if sign_in.last_used_at <= now - NOTED_EVERY and unnoted.update(
        last_used_at=now, rotated_at=now
    ):
        visits.go_on(request.session, sign_in.last_used_at)
        request.session.modified = True
