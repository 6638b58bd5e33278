"""The referral endpoints."""

from typing import Any

from django.db.models import QuerySet
from drf_yasg.utils import swagger_auto_schema
from rest_framework import mixins
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ViewSet

from referrals import services
from referrals.exceptions import InviteCodeAlreadyActivated, InviteCodeNotFound, OwnInviteCode
from referrals.models import Activation
from referrals.serializers import (
    ActivateSerializer,
    ActivationSerializer,
    InviteCodeSerializer,
    InvitedSerializer,
)


class ActivationViewSet(ViewSet):
    @swagger_auto_schema(
        request_body=ActivateSerializer,
        responses={201: ActivationSerializer, 200: ActivationSerializer},
        refusals=[OwnInviteCode, InviteCodeNotFound, InviteCodeAlreadyActivated, Throttled],
    )
    def create(self, request: Request) -> Response:
        """Activate an invite code

        Records whose code brought you: once in a lifetime, and for good.

        201 the first time; the same code again is 200 with the same body, even if
        the code was retired since. Any other code after that is 409. A code that is
        unknown, retired, or whose owner is blocked or gone is one and the same 404.
        """
        asked = ActivateSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        activation, is_new = services.activate(
            request.user, **asked.validated_data, address=request.META.get("REMOTE_ADDR")
        )
        return Response(ActivationSerializer(activation).data, status=201 if is_new else 200)


class InvitedViewSet(mixins.ListModelMixin, GenericViewSet[Any]):
    serializer_class = InvitedSerializer
    ordering = ("-activated_at", "-id")

    def get_queryset(self) -> QuerySet[Activation, Any]:
        return services.invited(self.request.user)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List whom you invited

        Everyone who activated your invite code, newest first.

        100 a page unless `page_size` says otherwise (at most 1000). Follow `next`;
        every page costs the same, however deep.
        """
        return super().list(request, *args, **kwargs)


class InviteCodeViewSet(ViewSet):
    @swagger_auto_schema(responses={200: InviteCodeSerializer})
    def retrieve(self, request: Request) -> Response:
        """Your invite code

        The code you give to others, and the link that carries it."""
        return Response(InviteCodeSerializer(services.live_invite_code(request.user)).data)
