"""The endpoints for the user's own account."""

from drf_yasg.utils import swagger_auto_schema
from rest_framework.exceptions import Throttled
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from lib.api.parsing import FormParser, JSONUploadParser
from lib.api.serialization import serialize, validate
from users import exceptions
from users.accounts import own
from users.client import Client
from users.serializers.auth import CodeSentSerializer, ConfirmSerializer
from users.serializers.data import PersonalDataSerializer
from users.serializers.profile import ProfileSerializer, RequestPhoneChangeSerializer
from users.sign_ins.authentication import AuthenticatedRequest
from users.sign_ins.permissions import RecentSignIn


class ProfileViewSet(ViewSet):
    parser_classes = (JSONUploadParser, FormParser)

    def get_permissions(self) -> list[BasePermission]:
        return [RecentSignIn() if self.action == "destroy" else IsAuthenticated()]

    @swagger_auto_schema(responses={200: ProfileSerializer})
    def retrieve(self, request: AuthenticatedRequest) -> Response:
        """Your profile

        With your invite code, the code you activated, and the phone numbers of the
        newest 100 people who activated yours; `referrals/invited/` lists them all.
        """
        return Response(serialize(ProfileSerializer, request.user))

    @swagger_auto_schema(request_body=ProfileSerializer, responses={200: ProfileSerializer})
    def update(self, request: AuthenticatedRequest) -> Response:
        """Edit your profile

        Names, e-mail and avatar, as JSON or as a form (`multipart/form-data`). The
        avatar is a picture of at most 5 MB, in JSON as base64: a JPEG of at most 16
        megapixels, or a PNG or WebP of at most 6 that is not animated; null removes it.
        Fields that are not sent do not change.
        """
        own.edit(request.user, **validate(ProfileSerializer, request.data, partial=True))
        return Response(serialize(ProfileSerializer, request.user))

    @swagger_auto_schema(responses={204: "Closed."}, refusals=[exceptions.RecentSignInRequired])
    def destroy(self, request: AuthenticatedRequest) -> Response:
        """Close your account

        This is final: all personal data is erased and your invite code never works again.
        Invitations stay counted, without your name and number; only your own activation is
        deleted with the account, if it is younger than 30 days. Requires a sign-in within
        the last 10 minutes.
        """
        own.close(request.user, Client.of(request))
        return Response(status=204)


class PersonalDataViewSet(ViewSet):
    @swagger_auto_schema(responses={200: PersonalDataSerializer})
    def retrieve(self, request: AuthenticatedRequest) -> Response:
        """Everything stored about you

        Your profile, sign-ins, the codes sent to you (never their digits), your invite
        codes, your activation, and what happened to your account.
        """
        return Response(serialize(PersonalDataSerializer, own.personal_data(request.user)))


class PhoneViewSet(ViewSet):
    def get_permissions(self) -> list[BasePermission]:
        return [RecentSignIn() if self.action == "create" else IsAuthenticated()]

    @swagger_auto_schema(
        request_body=RequestPhoneChangeSerializer,
        responses={202: CodeSentSerializer},
        refusals=[
            exceptions.RecentSignInRequired,
            exceptions.CodeRequestedTooSoon,
            exceptions.TooManyCodes,
            Throttled,
            exceptions.DeliveryUnavailable,
        ],
    )
    def create(self, request: AuthenticatedRequest) -> Response:
        """Change your phone number

        Sends a code of six digits to the new number. Requires a sign-in within the last 10
        minutes.
        """
        asked = validate(RequestPhoneChangeSerializer, request.data)
        code = own.request_phone_change(request.user, **asked, client=Client.of(request))
        return Response(serialize(CodeSentSerializer, code), 202)

    @swagger_auto_schema(
        request_body=ConfirmSerializer,
        responses={200: ProfileSerializer},
        refusals=[
            exceptions.InvalidConfirmationCode,
            exceptions.ConfirmationCodeExpired,
            exceptions.PhoneNumberTaken,
            Throttled,
        ],
    )
    def confirm(self, request: AuthenticatedRequest) -> Response:
        """Confirm the new phone number

        The account moves to it, all other sign-ins end, and the old number gets an SMS about it.
        """
        confirmed = validate(ConfirmSerializer, request.data)
        own.change_phone(request.auth, **confirmed, client=Client.of(request))
        return Response(serialize(ProfileSerializer, request.auth.user))
