"""The requests and responses of signing in, refreshing and the list of sign-ins."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from users.models import SignIn
from users.serializers.fields import ConfirmationCodeField, PhoneNumberField, TextField

TOKEN_EXAMPLE = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzaWQiOjF9.c2lnbmF0dXJl"


class RequestCodeSerializer(serializers.Serializer[Any]):
    phone_number = PhoneNumberField()
    code_length = serializers.ChoiceField(
        choices=[4, 6],
        required=False,
        error_messages={"invalid_choice": _("A code has 4 or 6 digits.")},
        help_text=_("6 asks for a code of six digits, which staff need. Default: 4."),
    )


class CodeSentSerializer(serializers.Serializer[Any]):
    phone_number = serializers.CharField(help_text=_("The number in E.164."))
    code_length = serializers.IntegerField(
        source="length", help_text=_("How many digits to expect.")
    )
    expires_in = serializers.IntegerField(help_text=_("Seconds that the code is valid."))
    resend_in = serializers.IntegerField(help_text=_("Seconds until another may be asked for."))

    class Meta:
        swagger_schema_fields = {
            "example": {
                "phone_number": "+79991234567",
                "code_length": 4,
                "expires_in": round(settings.CONFIRMATION_CODE_LIFETIME.total_seconds()),
                "resend_in": round(settings.CONFIRMATION_CODE_PAUSE.total_seconds()),
            }
        }


class ConfirmSerializer(serializers.Serializer[Any]):
    phone_number = PhoneNumberField()
    confirmation_code = ConfirmationCodeField(help_text=_("The digits from the SMS."))


class TokenPairSerializer(serializers.Serializer[Any]):
    access = serializers.CharField(help_text=_("Send it as `Authorization: Bearer`. 5 minutes."))
    refresh = serializers.CharField(help_text=_("Changes at every refresh. 30 days."))

    class Meta:
        swagger_schema_fields = {"example": {"access": TOKEN_EXAMPLE, "refresh": TOKEN_EXAMPLE}}


class SignedInSerializer(TokenPairSerializer):
    is_new_user = serializers.BooleanField(help_text=_("Whether this sign-in made the account."))

    class Meta:
        swagger_schema_fields = {
            "example": {"access": TOKEN_EXAMPLE, "refresh": TOKEN_EXAMPLE, "is_new_user": True}
        }


class RefreshSerializer(serializers.Serializer[Any]):
    refresh = TextField()

    class Meta:
        swagger_schema_fields = {"example": {"refresh": TOKEN_EXAMPLE}}


class VerifySerializer(serializers.Serializer[Any]):
    token = TextField()

    class Meta:
        swagger_schema_fields = {"example": {"token": TOKEN_EXAMPLE}}


class EmptySerializer(serializers.Serializer[Any]):
    """`{}`."""


class SignInSerializer(serializers.ModelSerializer[SignIn]):
    user_agent = serializers.CharField(allow_blank=True, read_only=True)
    ip_address = serializers.CharField(allow_null=True, read_only=True)
    is_current = serializers.BooleanField(
        read_only=True, help_text=_("Whether it is the sign-in of this request.")
    )

    class Meta:
        model = SignIn
        fields = ["id", "user_agent", "ip_address", "created_at", "last_used_at", "is_current"]
        read_only_fields = fields
        swagger_schema_fields = {
            "example": {
                "id": 1,
                "user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
                "ip_address": "127.0.0.1",
                "created_at": "2026-11-21T09:00:00.000000Z",
                "last_used_at": "2026-11-21T09:30:00.000000Z",
                "is_current": True,
            }
        }
