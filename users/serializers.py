"""The shapes that the endpoints about people take and give."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from users import phone_numbers
from users.models import SignIn, User

TOKEN_EXAMPLE = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzaWQiOjF9.c2lnbmF0dXJl"


class TextField(serializers.CharField):
    """A string and nothing else: DRF's own takes numbers, and a code would lose its zeros."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class PhoneNumberField(TextField):
    """Reads a mobile phone number in any spelling; gives E.164."""

    def to_internal_value(self, data: Any) -> str:
        try:
            return User.objects.read_phone_number(super().to_internal_value(data))
        except phone_numbers.Refused as refused:
            raise serializers.ValidationError(refused.message, "invalid") from refused

    class Meta:
        swagger_schema_fields = {"example": "+79991234567"}


class ConfirmationCodeField(TextField):
    default_error_messages = {"invalid": _("Enter the 4 or 6 digits from the SMS.")}

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data)
        if not (code.isascii() and code.isdigit() and len(code) in (4, 6)):
            self.fail("invalid")
        return code

    class Meta:
        swagger_schema_fields = {"example": "0427"}


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
                "expires_in": 300,
                "resend_in": 60,
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


class SessionSerializer(serializers.ModelSerializer[SignIn]):
    user_agent = serializers.CharField(allow_blank=True, read_only=True)
    ip_address = serializers.CharField(allow_null=True, read_only=True)
    is_current = serializers.SerializerMethodField(help_text=_("Whether it is the one that asks."))

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

    def get_is_current(self, sign_in: SignIn) -> bool:
        return sign_in == self.context.get("current")


class ProfileSerializer(serializers.ModelSerializer[User]):
    first_name = serializers.CharField(allow_blank=True, read_only=True)
    last_name = serializers.CharField(allow_blank=True, read_only=True)
    email = serializers.CharField(allow_blank=True, read_only=True)
    avatar = serializers.URLField(source="avatar_url", allow_null=True, read_only=True)
    invite_code = serializers.CharField(source="referrals.invite_code", read_only=True)
    invite_link = serializers.URLField(source="referrals.invite_link", read_only=True)
    activated_invite_code = serializers.CharField(
        source="referrals.activated_invite_code",
        allow_null=True,
        read_only=True,
        help_text=_("Null until one is activated."),
    )
    invited_users = serializers.ListField(
        source="referrals.invited_users",
        child=serializers.CharField(),
        read_only=True,
        help_text=_("Phone numbers, newest first, at most 100."),
    )
    invited_users_count = serializers.IntegerField(
        source="referrals.invited_users_count", read_only=True
    )

    class Meta:
        model = User
        fields = [
            "id",
            "phone_number",
            "first_name",
            "last_name",
            "email",
            "avatar",
            "date_joined",
            "invite_code",
            "invite_link",
            "activated_invite_code",
            "invited_users",
            "invited_users_count",
        ]
        read_only_fields = fields
        swagger_schema_fields = {
            "example": {
                "id": 1,
                "phone_number": "+79991234567",
                "first_name": "",
                "last_name": "",
                "email": "",
                "avatar": None,
                "date_joined": "2026-11-21T09:00:00.000000Z",
                "invite_code": "A2B3C4",
                "invite_link": "http://127.0.0.1:8000/i/A2B3C4/",
                "activated_invite_code": None,
                "invited_users": ["+79997654321"],
                "invited_users_count": 1,
            }
        }
