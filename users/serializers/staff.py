"""The requests and responses of the endpoints for staff."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from users.models import User
from users.serializers.fields import TextField
from users.serializers.profile import ProfileSerializer

# The fields that staff do not see, and why. A test fails for a field that is in neither.
HIDDEN = {
    "subject_key": "a part of the subject",
    "password": "a secret",
    "is_superuser": "a right, which the administration shows",
    "closed_at": "a closed account has no phone number",
}


class PeopleFilterSerializer(serializers.Serializer[Any]):
    search = TextField(
        required=False,
        allow_blank=True,
        max_length=500,
        help_text=_("A phone number in any spelling or part, a name, an e-mail, an invite code."),
    )
    is_active = serializers.BooleanField(required=False)
    is_staff = serializers.BooleanField(required=False)
    joined_after = serializers.DateTimeField(required=False)
    joined_before = serializers.DateTimeField(required=False)


class InviterSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    phone_number = serializers.CharField(source="username", allow_null=True)

    class Meta:
        ref_name = None  # declared here, so that the schema can say that it may be null


class PersonSerializer(ProfileSerializer):
    inviter = InviterSerializer(source="referrals.inviter", allow_null=True, read_only=True)

    class Meta(ProfileSerializer.Meta):
        model = User
        fields = [*ProfileSerializer.Meta.fields, "is_active", "is_staff", "last_login", "inviter"]
        swagger_schema_fields = {
            "example": {
                **ProfileSerializer.Meta.swagger_schema_fields["example"],
                "is_active": True,
                "is_staff": False,
                "last_login": "2026-11-21T09:00:00.000000Z",
                "inviter": {"id": 2, "phone_number": "+79997654321"},
            }
        }


class ReasonSerializer(serializers.Serializer[Any]):
    reason = TextField(required=False, allow_blank=True, max_length=500)
