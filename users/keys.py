"""Keys derived from the secret key, a different one for each purpose."""

from functools import lru_cache

from django.conf import settings
from django.utils.crypto import salted_hmac


def derive(use: str) -> list[bytes]:
    """Returns the 256-bit keys for one purpose: from SECRET_KEY first, then from its fallbacks."""
    return _derive(use, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def name(key: bytes) -> str:
    """Returns a short name that tells keys apart and reveals nothing about them."""
    return salted_hmac("referral-system.name", "", secret=key, algorithm="sha256").hexdigest()[:8]


@lru_cache
def _derive(use: str, *secrets: str) -> list[bytes]:
    return [
        salted_hmac(f"referral-system.{use}", "", secret=secret, algorithm="sha256").digest()
        for secret in secrets
    ]
