"""Authenticates API requests by access token."""

from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication

from users.exceptions import TokenNotValid
from users.models import SignIn, User
from users.sign_ins import sign_ins


class AuthenticatedRequest(Request):
    """The request of a view that uses SignInAuthentication."""

    user: User
    auth: SignIn


class SignInAuthentication(JWTAuthentication):
    """`Authorization: Bearer <access>`; `request.auth` is the SignIn.

    Each request reads the sign-in and its user, so signing out and blocking act at once.
    """

    def authenticate(self, request: Request) -> tuple[User, SignIn] | None:  # type: ignore[override]
        try:
            header = self.get_header(request)
            access = self.get_raw_token(header) if header else None
        except AuthenticationFailed as error:  # simplejwt's detail is a dictionary
            raise TokenNotValid from error
        if access is None:
            return None
        sign_in = sign_ins.authenticate(access)
        return sign_in.user, sign_in

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
