"""The endpoints for signing in and out, and for the list of sign-ins."""

from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from drf_yasg.utils import no_body, swagger_auto_schema
from rest_framework.exceptions import Throttled
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from lib.api.serialization import serialize, serialize_many, validate
from referrals.exceptions import NoFreeInviteCode
from users import exceptions
from users.client import Client
from users.serializers.auth import (
    CodeSentSerializer,
    ConfirmSerializer,
    EmptySerializer,
    RefreshSerializer,
    RequestCodeSerializer,
    SignedInSerializer,
    SignInSerializer,
    TokenPairSerializer,
    VerifySerializer,
)
from users.sign_ins import sign_ins, signing_in, tokens
from users.sign_ins.authentication import AuthenticatedRequest


@method_decorator(cache_control(no_store=True), name="dispatch")
class AuthViewSet(ViewSet):
    """Endpoints whose responses must not be cached."""


class PublicAuthViewSet(AuthViewSet):
    """Public endpoints: the `Authorization` header is not read."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def get_authenticate_header(self, request: Request) -> str:
        return "Bearer"  # a refused token gives 401, not DRF's 403


class CodeViewSet(PublicAuthViewSet):
    @swagger_auto_schema(
        request_body=RequestCodeSerializer,
        responses={202: CodeSentSerializer},
        refusals=[
            exceptions.CodeRequestedTooSoon,
            exceptions.TooManyCodes,
            Throttled,
            exceptions.DeliveryUnavailable,
        ],
    )
    def create(self, request: Request) -> Response:
        """Ask for a confirmation code

        It comes by SMS. The answer is the same for every phone number, known or not.

        The code is valid for 300 seconds and 3 attempts, and works once. You can ask for
        another after 60 seconds; until then 429 says in `Retry-After` how long to wait. A
        number with too many wrong guesses gets 6 digits: `code_length` says so.
        """
        code = signing_in.request_code(
            **validate(RequestCodeSerializer, request.data), client=Client.of(request)
        )
        return Response(serialize(CodeSentSerializer, code), 202)


class TokenViewSet(PublicAuthViewSet):
    @swagger_auto_schema(
        request_body=ConfirmSerializer,
        responses={200: SignedInSerializer},
        refusals=[
            exceptions.InvalidConfirmationCode,
            exceptions.ConfirmationCodeExpired,
            exceptions.AccountBlocked,
            exceptions.TooManyCodes,
            Throttled,
            NoFreeInviteCode,
        ],
    )
    def create(self, request: Request) -> Response:
        """Sign in

        The first correct code of a number creates the account and its invite code. Every
        check uses one of 3 attempts; `attempts_left` says how many remain.
        """
        confirmed = validate(ConfirmSerializer, request.data)
        sign_in, is_new = signing_in.sign_in(**confirmed, client=Client.of(request))
        signed_in = tokens.SignedIn(*tokens.pair(sign_in), is_new_user=is_new)
        return Response(serialize(SignedInSerializer, signed_in))

    @swagger_auto_schema(
        request_body=RefreshSerializer,
        responses={200: TokenPairSerializer},
        refusals=[exceptions.TokenNotValid, exceptions.TokenReused],
    )
    def refresh(self, request: Request) -> Response:
        """Refresh the tokens

        Each refresh token works once. Repeating the request returns the same new tokens
        for 10 seconds, in case the client lost the answer; after that, using an old token
        ends the sign-in.
        """
        sign_in = sign_ins.refresh(
            validate(RefreshSerializer, request.data)["refresh"], Client.of(request)
        )
        return Response(serialize(TokenPairSerializer, tokens.pair(sign_in)))

    @swagger_auto_schema(
        request_body=VerifySerializer,
        responses={200: EmptySerializer},
        refusals=[exceptions.TokenNotValid],
    )
    def verify(self, request: Request) -> Response:
        """Check a token

        200 only if the access or refresh token would be accepted now. This check never
        ends a sign-in.
        """
        sign_ins.verify(validate(VerifySerializer, request.data)["token"])
        return Response(serialize(EmptySerializer, None))


class SignOutViewSet(AuthViewSet):
    @swagger_auto_schema(request_body=no_body, responses={204: "Signed out."})
    def create(self, request: AuthenticatedRequest) -> Response:
        """Sign out

        The access and refresh tokens of this sign-in stop working at once.
        """
        sign_ins.end(request.auth, Client.of(request))
        return Response(status=204)


class SignInViewSet(AuthViewSet):
    @swagger_auto_schema(responses={200: SignInSerializer(many=True)})
    def list(self, request: AuthenticatedRequest) -> Response:
        """List your sign-ins

        Where you are signed in, the most recently used first.
        """
        mine = request.user.sign_ins.unexpired().seen_from(request.auth)
        return Response(serialize_many(SignInSerializer, mine))

    @swagger_auto_schema(responses={204: "Ended."})
    def destroy(self, request: AuthenticatedRequest, pk: int) -> Response:
        """End a sign-in

        It must be one of yours. Its tokens stop working at once.
        """
        sign_in = get_object_or_404(request.user.sign_ins.unexpired(), pk=pk)
        sign_ins.end(sign_in, Client.of(request))
        return Response(status=204)

    @swagger_auto_schema(responses={204: "Ended."})
    def destroy_others(self, request: AuthenticatedRequest) -> Response:
        """End all other sign-ins

        Only the sign-in of this request stays.
        """
        sign_ins.end_others(request.auth, Client.of(request))
        return Response(status=204)
