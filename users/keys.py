"""Keys derived from the secret key: one for each use, so that none serves two."""

from functools import lru_cache

from django.conf import settings
from django.utils.crypto import salted_hmac


def derive(use: str) -> list[bytes]:
    """Returns the 256-bit keys of one use: of SECRET_KEY first, then of its fallbacks."""
    return _derive(use, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def name(key: bytes) -> str:
    """Returns a short name that tells keys apart and nothing about them."""
    return salted_hmac("referral-system.name", "", secret=key, algorithm="sha256").hexdigest()[:8]


@lru_cache
def _derive(use: str, *secrets: str) -> list[bytes]:
    return [
        salted_hmac(f"referral-system.{use}", "", secret=secret, algorithm="sha256").digest()
        for secret in secrets
    ]
