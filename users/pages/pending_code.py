"""What a browser's session remembers between the two steps: whose code it waits for."""

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


class Asked(NamedTuple):
    """A code that is on its way; times are seconds since 1970."""

    phone_number: str
    length: int | None = None  # None where it was asked for elsewhere, or not sent
    resend_at: float = 0
    expires_at: float = 0
    is_spent: bool = False

    @classmethod
    def here(cls, code: ConfirmationCode) -> Self:
        resend_at = code.created_at.timestamp() + code.resend_in
        return cls(code.phone_number, code.length, resend_at, code.expires_at.timestamp())

    @classmethod
    def elsewhere(cls, phone_number: str, refusal: CodeRequestedTooSoon) -> Self:
        """Of the live code that refuses another, only its age is known."""
        resend_at = _now() + refusal.wait
        lived = settings.CONFIRMATION_CODE_PAUSE.total_seconds()
        left = settings.CONFIRMATION_CODE_LIFETIME.total_seconds() - lived
        return cls(phone_number, resend_at=resend_at, expires_at=resend_at + left)

    def after(self, refusal: APIException) -> Self:
        """What is left of it; after the last attempt no digits can be right any more."""
        is_over = isinstance(refusal, ConfirmationCodeExpired)
        if isinstance(refusal, InvalidConfirmationCode):
            is_over = refusal.extra["attempts_left"] == 0
        return self._replace(is_spent=True) if is_over else self

    @property
    def spelled_out(self) -> str:
        return phone_numbers.spelled_out(self.phone_number)

    @property
    def resend_in(self) -> int:
        """Seconds until another may be asked for."""
        return _until(self.resend_at)

    @property
    def expires_in(self) -> int:
        """Seconds that the code is still good for."""
        return _until(self.expires_at)

    @property
    def resend_in_words(self) -> str:
        return waiting_time(self.resend_in)

    @property
    def expires_in_words(self) -> str:
        return waiting_time(self.expires_in)

    @property
    def is_over(self) -> bool:
        return self.is_spent or self.expires_in == 0


def recall(request: HttpRequest, key: str) -> Asked | None:
    kept = request.session.get(key)
    return Asked(*kept) if kept else None


def remember(request: HttpRequest, key: str, asked: Asked) -> None:
    request.session[key] = asked


def forget(request: HttpRequest, key: str) -> None:
    request.session.pop(key, None)


def _until(moment: float) -> int:
    return max(0, ceil(round(moment - _now(), 3)))


def _now() -> float:
    return timezone.now().timestamp()
