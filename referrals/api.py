"""The referral endpoints."""

from functools import partial
from typing import Any, cast

from django.http import HttpResponse, StreamingHttpResponse
from drf_yasg.openapi import TYPE_STRING, Schema
from drf_yasg.utils import no_body, swagger_auto_schema
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ViewSet

from lib.api.serialization import serialize, serialize_many, validate, validate_query
from referrals import person, qr, services
from referrals.exceptions import (
    CodeResetTooSoon,
    InviteCodeAlreadyActivated,
    InviteCodeNotFound,
    InviteRightRevoked,
    NoFreeInviteCode,
    OwnInviteCode,
)
from referrals.invited import downloads, listing, summaries
from referrals.models import Activation
from referrals.serializers import (
    ActivateSerializer,
    ActivationSerializer,
    DaysSerializer,
    InviteCodeSerializer,
    InvitedSerializer,
    StatisticsSerializer,
)

SVG = Schema(type=TYPE_STRING, description="An SVG picture.")
CSV = Schema(type=TYPE_STRING, description="A CSV table.")


class ActivationViewSet(ViewSet):
    @swagger_auto_schema(
        request_body=ActivateSerializer,
        responses={201: ActivationSerializer, 200: ActivationSerializer},
        refusals=[OwnInviteCode, InviteCodeNotFound, InviteCodeAlreadyActivated, Throttled],
    )
    def create(self, request: Request) -> Response:
        """Activate an invite code

        Records who invited you. You can do this once, and it cannot be changed.

        201 the first time; the same code again is 200 with the same body, even if
        the code was retired since. Any other code after that is 409. An unknown code, a
        retired code and a code whose owner is blocked or gone all give the same 404.
        """
        asked = validate(ActivateSerializer, request.data)
        activation, is_new = services.activate(
            person.of(request), **asked, address=request.META.get("REMOTE_ADDR")
        )
        return Response(serialize(ActivationSerializer, activation), 201 if is_new else 200)


class InvitedViewSet(GenericViewSet[Any]):
    serializer_class = InvitedSerializer
    queryset = Activation.objects.none()  # for the schema
    ordering = ("-activated_at", "-id")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the users you invited

        All users who activated your invite code, newest first.

        100 a page unless `page_size` says otherwise (at most 1000). Follow `next`;
        every page costs the same, however deep it is.
        """
        read = partial(listing.page, person.of(request))
        page = cast(Any, self.paginator).paginate(read, request, self.ordering)
        return self.get_paginated_response(serialize_many(InvitedSerializer, page))


class InviteCodeViewSet(ViewSet):
    @swagger_auto_schema(responses={200: InviteCodeSerializer})
    def retrieve(self, request: Request) -> Response:
        """Your invite code

        The code you give to others, and the link that contains it.
        """
        code = services.live_invite_code(person.of(request))
        return Response(serialize(InviteCodeSerializer, code))

    @swagger_auto_schema(responses={200: SVG}, produces=["image/svg+xml"])
    def qr(self, request: Request) -> HttpResponse:
        """Your invite link as a QR code

        An SVG picture.
        """
        picture = qr.svg(services.live_invite_code(person.of(request)).invite_link)
        return HttpResponse(picture, content_type="image/svg+xml")

    @swagger_auto_schema(
        request_body=no_body,
        responses={201: InviteCodeSerializer},
        refusals=[CodeResetTooSoon, InviteRightRevoked, NoFreeInviteCode],
    )
    def reset(self, request: Request) -> Response:
        """Change your invite code

        The old one never works again. The first change is always allowed, another 30 days
        after the last; until then 429 says in `Retry-After` how long to wait.
        """
        code = services.reset_invite_code(person.of(request))
        return Response(serialize(InviteCodeSerializer, code), 201)


class StatisticsViewSet(ViewSet):
    @swagger_auto_schema(query_serializer=DaysSerializer, responses={200: StatisticsSerializer})
    def retrieve(self, request: Request) -> Response:
        """Count the users you invited

        In total, in the last 7 and 30 days, and for each day (UTC, today last).
        """
        asked = validate_query(DaysSerializer, request.query_params)
        counted = summaries.statistics(person.of(request), **asked)
        return Response(serialize(StatisticsSerializer, counted))


class ExportViewSet(ViewSet):
    @swagger_auto_schema(responses={200: CSV}, produces=["text/csv"])
    def retrieve(self, request: Request) -> StreamingHttpResponse:
        """Download the users you invited

        A CSV table, newest first, streamed however long it is. A phone number begins
        with an apostrophe, so that no spreadsheet takes its plus for a formula: a program
        removes the apostrophe. The text is UTF-8 and begins with a byte order mark,
        without which Excel misreads it (Python: `encoding="utf-8-sig"`).
        """
        return downloads.invited(person.of(request))
