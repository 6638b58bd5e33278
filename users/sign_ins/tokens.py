"""Access and refresh tokens. Both follow from a sign-in's row, so none is stored.

The same row gives the same tokens, to the byte: a client that lost an answer can be
given it again.
"""

from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple, Self

from django.conf import settings
from rest_framework_simplejwt import tokens
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenError

from users import keys
from users.exceptions import TokenNotValid
from users.models import SignIn


class Pair(NamedTuple):
    access: str
    refresh: str


class SignedIn(NamedTuple):
    access: str
    refresh: str
    is_new_user: bool


class RotatingTokenBackend:
    """Signs with the current key, reads what any key has signed (simplejwt takes one key)."""

    def __init__(self, *signing_keys: bytes) -> None:
        self.backends = [
            TokenBackend("HS256", signing_key=key)  # type: ignore[arg-type]
            for key in signing_keys
        ]

    def encode(self, payload: dict[str, Any]) -> str:
        return self.backends[0].encode(payload)

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        *fallbacks, last = self.backends
        for backend in fallbacks:
            try:
                return backend.decode(token, verify)
            except TokenBackendError:
                continue
        return last.decode(token, verify)

    def get_leeway(self) -> timedelta:
        return timedelta(0)


_backend = lru_cache(RotatingTokenBackend)


class SignInToken(tokens.Token):
    """Names a sign-in (`sid`), the generation of its tokens (`gen`) and its nonce (in `jti`)."""

    lifetime: timedelta

    @property
    def token_backend(self) -> Any:
        return _backend(*keys.derive("tokens"))

    @classmethod
    def of(cls, sign_in: SignIn) -> Self:
        token = cls()
        token.set_iat(at_time=sign_in.rotated_at)
        expires_at = min(sign_in.rotated_at + cls.lifetime, sign_in.expires_at)
        token.set_exp(from_time=expires_at, lifetime=timedelta(0))
        token["jti"] = f"{sign_in.nonce or sign_in.pk}.{sign_in.generation}"
        token["sid"] = sign_in.pk
        token["gen"] = sign_in.generation
        return token

    @property
    def nonce(self) -> str:
        """That of the sign-in; empty in a token of 1.0.0, which has its number there."""
        named = str(self["jti"]).partition(".")[0]
        return "" if named == str(self["sid"]) else named

    @classmethod
    def read(cls, raw: str | bytes) -> Self:
        """Returns what an untouched, unexpired token of this type says, or refuses it."""
        try:
            return cls(raw)  # type: ignore[arg-type]
        except TokenError as error:
            raise TokenNotValid from error


class AccessToken(SignInToken):
    token_type = "access"
    lifetime = settings.ACCESS_TOKEN_LIFETIME


class RefreshToken(SignInToken):
    token_type = "refresh"
    lifetime = settings.REFRESH_TOKEN_LIFETIME


def pair(sign_in: SignIn) -> Pair:
    return Pair(str(AccessToken.of(sign_in)), str(RefreshToken.of(sign_in)))
