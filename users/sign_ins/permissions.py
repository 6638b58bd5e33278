"""Permissions that depend on how and when the user signed in."""

from rest_framework.permissions import BasePermission
from rest_framework.views import APIView

from users.confirmation.budgets import LONG
from users.exceptions import RecentSignInRequired, StrongerSignInRequired
from users.sign_ins.authentication import AuthenticatedRequest


class RecentSignIn(BasePermission):
    """The user signed in within RECENT_SIGN_IN; refreshing tokens does not count."""

    def has_permission(self, request: AuthenticatedRequest, view: APIView) -> bool:  # type: ignore[override]
        if not request.user.is_authenticated:
            return False
        if not request.auth.is_recent:
            raise RecentSignInRequired
        return True


class StaffSignIn(BasePermission):
    """The user is staff and signed in with a code of six digits."""

    def has_permission(self, request: AuthenticatedRequest, view: APIView) -> bool:  # type: ignore[override]
        if not request.user.is_authenticated or not request.user.is_staff:
            return False
        if request.auth.proof_length < LONG:
            raise StrongerSignInRequired
        return True
