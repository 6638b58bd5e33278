"""The requests and responses of the profile."""

from typing import Any

from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from users import phone_numbers
from users.models import User
from users.serializers.fields import AvatarField, PhoneNumberField, TextField

# The fields that the profile leaves out, and why. A test fails for a field that is in neither.
HIDDEN = {
    "subject_key": "a part of the subject",
    "password": "a secret",
    "last_login": "in the file of everything stored",
    "is_active": "true of every user who can ask",
    "is_staff": "in the file of everything stored",
    "is_superuser": "a right, which the administration shows",
    "closed_at": "empty for every user who can ask",
}


class ProfileSerializer(serializers.ModelSerializer[User]):
    subject = serializers.CharField(
        read_only=True,
        max_length=40,
        help_text=_("Names the person to other systems, even after a restore from a backup."),
    )
    first_name = TextField(max_length=150, allow_blank=True, required=False)
    last_name = TextField(max_length=150, allow_blank=True, required=False)
    email = TextField(
        max_length=254, allow_blank=True, required=False, validators=[EmailValidator()]
    )
    avatar = AvatarField(allow_null=True, required=False)
    phone_number = serializers.CharField(allow_null=True, read_only=True)
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
            "subject",
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
        read_only_fields = ["id", "date_joined"]
        swagger_schema_fields = {
            "example": {
                "id": 1,
                "subject": "1-5b0c7f9e2d4a8136cf01",
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


class RequestPhoneChangeSerializer(serializers.Serializer[Any]):
    phone_number = PhoneNumberField(help_text=_("The new number."))

    def validate_phone_number(self, phone_number: str) -> str:
        try:
            phone_numbers.refuse_test_number(phone_number)
        except phone_numbers.Refused as refused:
            raise serializers.ValidationError(refused.message, "invalid") from refused
        return phone_number
