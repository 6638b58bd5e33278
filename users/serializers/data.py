"""All that is stored about a user, as they can download it."""

from typing import Any

from django.db.models import Model
from rest_framework import serializers

from referrals.models import Activation, InviteCode
from referrals.serializers import ActivationSerializer
from users.models import AuditEvent, ConfirmationCode, SignIn, User
from users.serializers.profile import ProfileSerializer

THEMSELVES = "the user who asks"
OF_THE_ROW = "names the row among all"

# The fields that the file leaves out, and why. A test fails for a field that is neither
# here nor in a serializer below.
HIDDEN: dict[type[Model], dict[str, str]] = {
    User: {
        "subject_key": "a part of the subject",
        "password": "a secret",
        "is_active": "true of every user who can ask",
        "is_superuser": "a right, which the administration shows",
        "closed_at": "empty for every user who can ask",
    },
    SignIn: {
        "user": THEMSELVES,
        "nonce": "a part of the tokens, which are secrets",
        "generation": "a part of the tokens, which are secrets",
        "rotated_at": "a part of the tokens, which are secrets",
    },
    ConfirmationCode: {
        "id": OF_THE_ROW,
        "user": THEMSELVES,
        "nonce": "makes the digits, which are a secret",
        "key_id": "names the key of the digits",
        "is_test": "a matter of the budgets",
        "live": "follows from the times",
        "charged": "a matter of the budgets",
        "due_at": "a matter of the queue",
        "tries": "a matter of the queue",
        "note_to": "their number before the change, for minutes",
        "delivery_error": "the words of the gateway, for support",
    },
    InviteCode: {"id": OF_THE_ROW, "owner": THEMSELVES},
    Activation: {
        "id": OF_THE_ROW,
        "invitee": THEMSELVES,
        "inviter": "another user: only their invite code is told",
    },
    AuditEvent: {
        "id": OF_THE_ROW,
        "user": THEMSELVES,
        "actor": "another user, of the staff",
    },
}


class StoredSignInSerializer(serializers.ModelSerializer[SignIn]):
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


class AuditEventSerializer(serializers.ModelSerializer[AuditEvent]):
    class Meta:
        model = AuditEvent
        fields = ["event", "masked_number", "ip_address", "at", "details"]


class OwnActivationSerializer(ActivationSerializer):
    class Meta(ActivationSerializer.Meta):
        ref_name = None  # declared here, so that the schema can say that it may be null


class StoredProfileSerializer(ProfileSerializer):
    """The profile, and stored fields that it does not show."""

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
    sign_ins = StoredSignInSerializer(many=True, read_only=True)
    confirmation_codes = ConfirmationCodeSerializer(source="codes", many=True, read_only=True)
    invite_codes = OwnInviteCodeSerializer(many=True, read_only=True)
    activation = OwnActivationSerializer(allow_null=True, read_only=True)
    events = AuditEventSerializer(many=True, read_only=True)
