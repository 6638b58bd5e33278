"""Refusals about accounts and sign-in. Each class is the answer: status, message, code."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from rest_framework.exceptions import APIException, AuthenticationFailed, PermissionDenied

from lib.api.exceptions import TooManyRequests


class CodeRequestedTooSoon(TooManyRequests):
    default_detail = _("A code was sent a moment ago. Wait a little before asking for another.")
    default_code = "code_requested_too_soon"


class TooManyCodes(TooManyRequests):
    default_detail = _("Too many codes were asked for.")
    default_code = "too_many_codes"


class DeliveryUnavailable(APIException):
    status_code = 503
    default_detail = _("The SMS could not be sent. Try again in a minute.")
    default_code = "delivery_unavailable"


class InboxOutOfReach(APIException):
    status_code = 503
    default_detail = _("The inbox is out of reach.")
    default_code = "inbox_out_of_reach"


class InvalidConfirmationCode(APIException):
    status_code = 400
    default_detail = _("The confirmation code is wrong.")
    default_code = "invalid_confirmation_code"
    example = {"attempts_left": settings.CONFIRMATION_CODE_ATTEMPTS - 1}

    def __init__(self, attempts_left: int) -> None:
        super().__init__()
        self.extra: dict[str, Any] = {"attempts_left": attempts_left}


class ConfirmationCodeExpired(APIException):
    status_code = 400
    default_detail = _("The confirmation code is no longer valid. Ask for a new one.")
    default_code = "confirmation_code_expired"


class AccountBlocked(APIException):
    status_code = 403
    default_detail = _("This account is blocked. Contact the administrator.")
    default_code = "account_blocked"


class CannotBlock(PermissionDenied):
    default_detail = _("You cannot block yourself or a superuser.")
    default_code = "cannot_block"


class PhoneNumberTaken(APIException):
    status_code = 409
    default_detail = _("This phone number belongs to another account.")
    default_code = "phone_number_taken"


def _sign_in_again() -> str:
    minutes = round(settings.RECENT_SIGN_IN / timedelta(minutes=1))
    return (
        ngettext(
            "Sign in again to do this: your sign-in is older than %d minute.",
            "Sign in again to do this: your sign-in is older than %d minutes.",
            minutes,
        )
        % minutes
    )


class RecentSignInRequired(PermissionDenied):
    default_detail = lazy(_sign_in_again, str)()
    default_code = "recent_sign_in_required"


class StrongerSignInRequired(PermissionDenied):
    default_detail = _("Sign in with a code of six digits to use staff rights.")
    default_code = "stronger_sign_in_required"


class TokenNotValid(AuthenticationFailed):
    default_detail = _("The token is invalid or has expired. Sign in again.")
    default_code = "token_not_valid"


class TokenReused(AuthenticationFailed):
    default_detail = _("This token was used before. For safety the sign-in was ended.")
    default_code = "token_reused"
