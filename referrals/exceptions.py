"""Refusals of the referral programme. Each class is the answer: status, message, code."""

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, AuthenticationFailed, PermissionDenied

from lib.api.exceptions import TooManyRequests


class OwnInviteCode(APIException):
    status_code = 400
    default_detail = _("This is your own invite code. Enter the code of the user who invited you.")
    default_code = "own_invite_code"


class InviteCodeNotFound(APIException):
    status_code = 404
    default_detail = _("There is no such invite code. Check it and try again.")
    default_code = "invite_code_not_found"


class InviteCodeAlreadyActivated(APIException):
    status_code = 409
    default_detail = _("You have already activated an invite code. It cannot be changed.")
    default_code = "invite_code_already_activated"


class NoFreeInviteCode(APIException):
    status_code = 503
    default_detail = _("No invite code could be issued. Try again.")
    default_code = "no_free_invite_code"


class InviteRightRevoked(PermissionDenied):
    default_detail = _("Your right to invite was revoked. Contact the administrator.")
    default_code = "invite_right_revoked"


class AccountNotActive(AuthenticationFailed):
    """What the next request will be told: the account was blocked or closed during this one."""

    default_detail = _("The token is invalid or has expired. Sign in again.")
    default_code = "token_not_valid"


class CodeResetTooSoon(TooManyRequests):
    default_detail = _("You have changed your invite code in the last 30 days.")
    default_code = "code_reset_too_soon"
