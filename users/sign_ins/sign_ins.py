"""Sign-ins: opened by a code, kept alive by refreshing, ended in one statement."""

import logging
from datetime import datetime

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone

from lib.db import prepared
from users import audit
from users.client import Client
from users.exceptions import TokenNotValid, TokenReused
from users.models import AuditEventType, SignIn, User
from users.sign_ins import legacy
from users.sign_ins.tokens import AccessToken, RefreshToken, SignInToken

logger = logging.getLogger(__name__)


def open_sign_in(user: User, proof_length: int, client: Client) -> SignIn:
    now = timezone.now()
    return SignIn.objects.create(
        user=user,
        proof_length=proof_length,
        rotated_at=now,
        created_at=now,
        last_used_at=now,
        **client._asdict(),
    )


def authenticate(access: str | bytes) -> SignIn:
    """Returns the live sign-in behind an access token, with its user, in one query."""
    return _sign_in_of(AccessToken.read(access))


def refresh(raw: str, client: Client) -> SignIn:
    """Moves a sign-in to its next tokens; of twenty parallel requests one moves it.

    The direct parent of the current tokens gets them again for 10 seconds
    (a client that lost the answer, or asked twice). Anything older was stolen
    or leaked: the sign-in is ended (RFC 9700, 4.14.2).
    """
    token = RefreshToken.read(raw)
    if _move_on(token):
        return _live(token["sid"])
    sign_in = _sign_in_of(token)
    if token["gen"] > sign_in.generation:
        raise TokenNotValid
    if not _is_recent_parent(token, sign_in):
        _end_replayed(sign_in, client)
        raise TokenReused
    return sign_in


def verify(raw: str) -> None:
    """Refuses a token that would not be accepted now; never ends a sign-in."""
    try:
        authenticate(raw)
    except TokenNotValid:
        token = RefreshToken.read(raw)
        if _sign_in_of(token).generation != token["gen"]:
            raise TokenNotValid from None


def end(sign_in: SignIn, client: Client) -> None:
    """Ends one sign-in: its access and refresh tokens stop working at once."""
    SignIn.objects.filter(pk=sign_in.pk).end()
    audit.record(AuditEventType.SIGNED_OUT, user=sign_in.user, client=client, sign_in=sign_in.pk)


def end_others(sign_in: SignIn, client: Client) -> None:
    """Ends every other sign-in of the same user."""
    ended = sign_in.user.sign_ins.exclude(pk=sign_in.pk).end()
    audit.record(AuditEventType.SIGNED_OUT, user=sign_in.user, client=client, others=ended)


def _sign_in_of(token: SignInToken) -> SignIn:
    """The live sign-in of a token; after a restore its id alone may belong to another sign-in."""
    sign_in = _live(token["sid"])
    if not _is_of(token, sign_in):
        raise TokenNotValid
    return sign_in


def _is_of(token: SignInToken, sign_in: SignIn) -> bool:
    return token.nonce == sign_in.nonce if token.nonce else legacy.is_of(token, sign_in)


def _live(pk: int) -> SignIn:
    for sign_in in _with_user(pk):
        return sign_in
    raise TokenNotValid


@prepared.rows
def _with_user(pk: int) -> QuerySet[SignIn]:
    return SignIn.objects.live().select_related("user").filter(pk=pk, user__is_active=True)


def _move_on(token: RefreshToken) -> int:
    now = timezone.now()
    if not token.nonce:
        return legacy.rotate(token, now)
    return _rotate(token["sid"], token.nonce, token["gen"], now)


@prepared.update
def _rotate(pk: int, nonce: str, generation: int, now: datetime) -> prepared.Change:
    live = SignIn.objects.live().of_active_users()
    current = live.filter(pk=pk, nonce=nonce, generation=generation)
    return current, {"generation": F("generation") + 1, "rotated_at": now, "last_used_at": now}


def _end_replayed(sign_in: SignIn, client: Client) -> None:
    if not SignIn.objects.filter(pk=sign_in.pk).end():
        return
    audit.record(AuditEventType.TOKEN_REUSED, user=sign_in.user, client=client, sign_in=sign_in.pk)
    logger.warning("Sign-in %s was ended: an old refresh token was played back", sign_in.pk)


def _is_recent_parent(token: RefreshToken, sign_in: SignIn) -> bool:
    age = timezone.now() - sign_in.rotated_at
    return token["gen"] == sign_in.generation - 1 and age <= settings.REFRESH_GRACE
