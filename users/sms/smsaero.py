"""SMS Aero (smsaero.ru), version 2 of its API: one POST for each SMS.

The vendor's own library is not used. It tries three hosts in turn, so a timeout can send the
SMS three times, and after a TLS error it continues over plain http, with the key in the URL. It
also raises the same exception for a refused connection and for one that broke halfway.
"""

from collections.abc import Callable, Iterator
from typing import Any

import requests
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from users.sms.exceptions import MaybeSent, NotSent, Unavailable

KEY_LENGTHS = range(16, 33)
SHORTEST_SENDER = 2  # characters


def send(phone_number: str, text: str) -> None:
    """Makes one request and never repeats it: that could send a second SMS."""
    number = int(phone_number.removeprefix("+"))
    try:
        answer = requests.post(
            url(),
            json={"number": number, "text": text, "sign": settings.SMSAERO_SENDER},
            auth=(settings.SMSAERO_EMAIL, settings.SMSAERO_API_KEY),  # so .netrc is not read
            timeout=settings.SMSAERO_TIMEOUT,
            allow_redirects=False,  # following a redirect would send the SMS again
        )
    except requests.RequestException as error:
        if _was_never_connected(error):
            raise Unavailable("the gateway cannot be reached") from error
        raise MaybeSent("the connection broke") from error
    _raise_unless_sent(_content(answer))


def url() -> str:
    """The URL that SMS are posted to, always https.

    SMSAERO_GATE may also be written as the vendor's library does: `@gate.smsaero.ru/v2/`.
    """
    gate = settings.SMSAERO_GATE.removeprefix("https://").removeprefix("@").rstrip("/")
    return f"https://{gate.removesuffix('/v2')}/v2/sms/send"


def wrong_settings() -> Iterator[str]:
    """A sentence for each setting that makes sending impossible; it never quotes the value."""
    email, key = settings.SMSAERO_EMAIL, settings.SMSAERO_API_KEY
    if not (email.isascii() and _accepts(validate_email, email)):
        yield "SMSAERO_EMAIL is not an e-mail address."
    if not (key.isascii() and len(key) in KEY_LENGTHS):
        yield "SMSAERO_API_KEY must have 16 to 32 characters of ASCII."
    if len(settings.SMSAERO_SENDER) < SHORTEST_SENDER:
        yield "SMSAERO_SENDER must have at least 2 characters."
    if "@" in url() or not _accepts(URLValidator(schemes=["https"]), url()):
        yield "SMSAERO_GATE is not an address like https://gate.smsaero.ru/v2/."


def _accepts(validate: Callable[[str], None], value: str) -> bool:
    try:
        validate(value)
    except ValidationError:
        return False
    return True


def _was_never_connected(error: requests.RequestException) -> bool:
    """Whether no connection was made (not found, refused or timed out), so nothing was sent."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, ConnectTimeoutError | NewConnectionError)


def _content(answer: requests.Response) -> dict[str, Any]:
    try:
        content = answer.json()
    except (ValueError, RecursionError) as error:
        raise MaybeSent("the answer was not understood") from error
    if answer.is_redirect or not isinstance(content, dict):
        raise MaybeSent("the answer was not understood")
    return content


def _raise_unless_sent(content: dict[str, Any]) -> None:
    """Raises NotSent for a clear refusal; without a reason the SMS may be on its way."""
    if content.get("result") == "no credits":
        raise Unavailable("no money on the account")
    is_rejected = content.get("result") == "reject"
    if content.get("success") and not is_rejected:
        return
    if content.get("reason" if is_rejected else "message"):
        raise NotSent("refused by the gateway")
    raise MaybeSent("the answer was not understood")
