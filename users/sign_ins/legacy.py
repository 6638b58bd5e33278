"""Tokens and browser sessions of release 1.0.0, which name a sign-in by its number alone.

A refresh or the next page gives the sign-in its nonce. That nonce is derived from what
was shown, not drawn, so that parallel requests give it the same one.

This ends by itself. Only servers of 1.0.0 issue such tokens and sessions, and the last
ones die 30 days after the last of these servers has stopped; then this module may go.
"""

import hmac
from datetime import UTC, datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import F, Q

from users import keys
from users.models import SignIn
from users.sign_ins.tokens import RefreshToken, SignInToken

SECOND = timedelta(seconds=1)  # tokens say their times in whole seconds


def rotate(token: RefreshToken, now: datetime) -> int:
    """Moves a sign-in on to tokens with a nonce, in one conditional update.

    The token must say the generation and the second that its row says. A sign-in that
    has a nonce may have been refreshed by a server of 1.0.0 since, but not at generation 0.
    """
    issued = datetime.fromtimestamp(token["iat"], UTC)
    current = (
        SignIn.objects.live()
        .of_active_users()
        .filter(
            Q(nonce="") | Q(generation__gt=0),
            pk=token["sid"],
            generation=token["gen"],
            rotated_at__gte=issued,
            rotated_at__lt=issued + SECOND,
        )
    )
    return current.update(
        generation=F("generation") + 1, nonce=_gained(token), rotated_at=now, last_used_at=now
    )


def is_of(token: SignInToken, sign_in: SignIn) -> bool:
    """Whether a token is of this sign-in, not of one that had its number before a restore."""
    if not sign_in.nonce:
        return bool(token["iat"] >= int(sign_in.created_at.timestamp()))
    return sign_in.nonce == _gained(token) or _was_refreshed_by_an_old_server(token, sign_in)


def enter(session: SessionBase, sign_in: SignIn) -> str:
    """Returns the nonce that a session without one stands for, and gives it to the sign-in."""
    nonce = _derive(sign_in.pk, session.session_key)
    if not sign_in.nonce:
        SignIn.objects.filter(pk=sign_in.pk, nonce="").update(nonce=nonce)
        sign_in.nonce = nonce
    return nonce


def _was_refreshed_by_an_old_server(token: SignInToken, sign_in: SignIn) -> bool:
    second = int(sign_in.rotated_at.timestamp())
    return bool(0 < token["gen"] == sign_in.generation and token["iat"] == second)


def _gained(token: SignInToken) -> str:
    return _derive(token["sid"], token["gen"], token["iat"])


def _derive(*shown: object) -> str:
    [key, *_] = keys.derive("nonces")
    return hmac.digest(key, repr(shown).encode(), "sha256").hex()[:32]
