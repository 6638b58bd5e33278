"""The code that a browser is waiting for, kept in its session between the two steps."""

from math import ceil
from typing import NamedTuple, Self

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.exceptions import APIException

from lib.pages.refusals import waiting_time
from users import phone_numbers
from users.exceptions import (
    CodeRequestedTooSoon,
    ConfirmationCodeExpired,
    InvalidConfirmationCode,
)
from users.models import ConfirmationCode


class PendingCode(NamedTuple):
    """A code that was sent or should have been; times are seconds since 1970."""

    phone_number: str
    length: int | None = None  # None if another browser asked for it, or if it was not sent
    resend_at: float = 0
    expires_at: float = 0
    has_ended: bool = False

    @classmethod
    def from_code(cls, code: ConfirmationCode) -> Self:
        resend_at = code.created_at.timestamp() + code.resend_in
        return cls(code.phone_number, code.length, resend_at, code.expires_at.timestamp())

    @classmethod
    def from_refusal(cls, phone_number: str, refusal: CodeRequestedTooSoon) -> Self:
        """A valid code that another browser asked for: only its age is known."""
        resend_at = _now() + refusal.wait
        lived = settings.CONFIRMATION_CODE_PAUSE.total_seconds()
        left = settings.CONFIRMATION_CODE_LIFETIME.total_seconds() - lived
        return cls(phone_number, resend_at=resend_at, expires_at=resend_at + left)

    def after(self, refusal: APIException) -> Self:
        """The code after a wrong guess; after the last attempt it has ended."""
        has_ended = isinstance(refusal, ConfirmationCodeExpired)
        if isinstance(refusal, InvalidConfirmationCode):
            has_ended = refusal.extra["attempts_left"] == 0
        return self._replace(has_ended=True) if has_ended else self

    @property
    def formatted_phone_number(self) -> str:
        return phone_numbers.spelled_out(self.phone_number)

    @property
    def resend_in(self) -> int:
        """Seconds until another may be requested."""
        return _until(self.resend_at)

    @property
    def expires_in(self) -> int:
        """Seconds that the code is still valid."""
        return _until(self.expires_at)

    @property
    def resend_in_words(self) -> str:
        return waiting_time(self.resend_in)

    @property
    def expires_in_words(self) -> str:
        return waiting_time(self.expires_in)

    @property
    def is_live(self) -> bool:
        return not self.has_ended and self.expires_in > 0


def recall(request: HttpRequest, key: str) -> PendingCode | None:
    stored = request.session.get(key)
    return PendingCode(*stored) if stored else None


def remember(request: HttpRequest, key: str, code: PendingCode) -> None:
    request.session[key] = code


def forget(request: HttpRequest, key: str) -> None:
    request.session.pop(key, None)


def _until(moment: float) -> int:
    return max(0, ceil(round(moment - _now(), 3)))


def _now() -> float:
    return timezone.now().timestamp()
