"""The requests and responses of the referral endpoints."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from referrals import invite_codes
from referrals.models import Activation, InviteCode


class InviteCodeField(serializers.CharField):
    """Reads an invite code in any spelling; refuses what cannot be one, without a query."""

    default_error_messages = {"invalid": invite_codes.NOT_A_CODE}

    def to_internal_value(self, data: Any) -> str:
        code = invite_codes.normalise(data) if isinstance(data, str) else None
        if code is None:
            self.fail("invalid")
        return code

    class Meta:
        swagger_schema_fields = {"example": "A2B3C4"}


class ActivateSerializer(serializers.Serializer[Any]):
    invite_code = InviteCodeField(
        help_text=_("The code or the whole invite link of the user who invited you.")
    )


class ActivationSerializer(serializers.ModelSerializer[Activation]):
    invite_code = serializers.CharField(source="invite_code.code", read_only=True)

    class Meta:
        model = Activation
        fields = ["invite_code", "activated_at"]
        read_only_fields = fields
        swagger_schema_fields = {
            "example": {"invite_code": "A2B3C4", "activated_at": "2026-11-21T09:30:00.000000Z"}
        }


class InviteCodeSerializer(serializers.ModelSerializer[InviteCode]):
    invite_code = serializers.CharField(source="code", read_only=True)
    invite_link = serializers.URLField(read_only=True)

    class Meta:
        model = InviteCode
        fields = ["invite_code", "invite_link", "issued_at"]
        read_only_fields = fields
        swagger_schema_fields = {
            "example": {
                "invite_code": "A2B3C4",
                "invite_link": "http://127.0.0.1:8000/i/A2B3C4/",
                "issued_at": "2026-11-21T09:00:00.000000Z",
            }
        }


class InvitedSerializer(serializers.Serializer[Any]):
    phone_number = serializers.CharField(
        allow_null=True, help_text=_("E.164; null once the account is closed.")
    )
    activated_at = serializers.DateTimeField()

    class Meta:
        swagger_schema_fields = {
            "example": {
                "phone_number": "+79991234567",
                "activated_at": "2026-11-21T09:30:00.000000Z",
            }
        }


class DaysSerializer(serializers.Serializer[Any]):
    days = serializers.IntegerField(
        min_value=1, max_value=366, default=30, help_text=_("How many days, 1 to 366.")
    )


class DaySerializer(serializers.Serializer[Any]):
    date = serializers.DateField()
    count = serializers.IntegerField()


class StatisticsSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    last_7_days = serializers.IntegerField()
    last_30_days = serializers.IntegerField()
    per_day = DaySerializer(many=True)

    class Meta:
        swagger_schema_fields = {
            "example": {
                "total": 12,
                "last_7_days": 2,
                "last_30_days": 5,
                "per_day": [{"date": "2026-11-21", "count": 1}],
            }
        }
