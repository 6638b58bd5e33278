"""The endpoints about users for staff."""

from drf_yasg.utils import no_body, swagger_auto_schema
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from lib.api.serialization import serialize, serialize_many, validate, validate_query
from users import exceptions
from users.accounts import moderation, search
from users.models import User
from users.serializers.staff import PeopleFilterSerializer, PersonSerializer, ReasonSerializer
from users.sign_ins.authentication import AuthenticatedRequest
from users.sign_ins.permissions import StaffSignIn

ONLY_STAFF = [PermissionDenied, exceptions.StrongerSignInRequired]


class PeopleViewSet(GenericViewSet[User]):
    permission_classes = (StaffSignIn,)
    serializer_class = PersonSerializer
    queryset = User.objects.all()
    ordering = ("-date_joined", "-id")

    @swagger_auto_schema(query_serializer=PeopleFilterSerializer, refusals=ONLY_STAFF)
    def list(self, request: AuthenticatedRequest) -> Response:
        """Find people

        Newest first, 100 a page. For staff, signed in with a code of six digits.
        """
        filters = validate_query(PeopleFilterSerializer, request.query_params, paged=True)
        page = search.with_referrals(self.paginate_queryset(search.find(**filters)) or [])
        return self.get_paginated_response(serialize_many(PersonSerializer, page))

    @swagger_auto_schema(refusals=ONLY_STAFF)
    def retrieve(self, request: AuthenticatedRequest, pk: int) -> Response:
        """See a person

        Their profile, whether they are blocked, and who invited them.
        """
        return _person(pk)

    @swagger_auto_schema(
        request_body=ReasonSerializer,
        responses={204: "Blocked."},
        refusals=[*ONLY_STAFF, exceptions.CannotBlock],
    )
    def destroy(self, request: AuthenticatedRequest, pk: int) -> Response:
        """Block a person

        Every sign-in ends and the invite code is refused at once; what other users have does
        not change. The reason is recorded in the audit trail.
        """
        person = get_object_or_404(User, pk=pk)
        moderation.block(person, by=request.user, **validate(ReasonSerializer, request.data))
        return Response(status=204)

    @swagger_auto_schema(
        request_body=no_body,
        responses={200: PersonSerializer},
        refusals=[*ONLY_STAFF, NotFound],
    )
    def unblock(self, request: AuthenticatedRequest, pk: int) -> Response:
        """Unblock a person

        The account and its invite code work again; ended sign-ins stay ended.
        """
        moderation.unblock(get_object_or_404(User, pk=pk, closed_at=None), by=request.user)
        return _person(pk)


def _person(pk: int) -> Response:
    [person] = search.with_referrals([get_object_or_404(User, pk=pk)])
    return Response(serialize(PersonSerializer, person))
