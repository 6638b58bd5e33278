"""Everything that is stored about a person, as they may take it away."""

from typing import Any

from rest_framework import serializers

from referrals.models import InviteCode
from referrals.serializers import ActivationSerializer
from users.models import AuditEvent, ConfirmationCode, SignIn
from users.serializers.profile import ProfileSerializer


class SignInSerializer(serializers.ModelSerializer[SignIn]):
    class Meta:
        model = SignIn
        fields = [
            "id",
            "proof_length",
            "ip_address",
            "user_agent",
            "created_at",
            "last_used_at",
            "ended_at",
        ]


class ConfirmationCodeSerializer(serializers.ModelSerializer[ConfirmationCode]):
    class Meta:
        model = ConfirmationCode
        fields = [
            "phone_number",
            "purpose",
            "length",
            "attempts",
            "language",
            "delivery",
            "gateway",
            "created_at",
            "expires_at",
            "used_at",
        ]


class OwnInviteCodeSerializer(serializers.ModelSerializer[InviteCode]):
    invite_code = serializers.CharField(source="code")

    class Meta:
        model = InviteCode
        fields = ["invite_code", "issued_at", "retired_at", "revoked_at"]


class EventSerializer(serializers.ModelSerializer[AuditEvent]):
    class Meta:
        model = AuditEvent
        fields = ["event", "masked_number", "ip_address", "at", "details"]


class OwnActivationSerializer(ActivationSerializer):
    class Meta(ActivationSerializer.Meta):
        ref_name = None  # in place, so that the schema can say that it may be null


class StoredProfileSerializer(ProfileSerializer):
    """The profile, and what it does not show."""

    class Meta(ProfileSerializer.Meta):
        fields = [*ProfileSerializer.Meta.fields, "is_staff", "last_login"]
        swagger_schema_fields = {
            "example": {
                **ProfileSerializer.Meta.swagger_schema_fields["example"],
                "is_staff": False,
                "last_login": "2026-11-21T09:00:00.000000Z",
            }
        }


class PersonalDataSerializer(serializers.Serializer[Any]):
    profile = StoredProfileSerializer(read_only=True)
    sign_ins = SignInSerializer(many=True, read_only=True)
    confirmation_codes = ConfirmationCodeSerializer(source="codes", many=True, read_only=True)
    invite_codes = OwnInviteCodeSerializer(many=True, read_only=True)
    activation = OwnActivationSerializer(allow_null=True, read_only=True)
    events = EventSerializer(many=True, read_only=True)
