"""Serializer fields for what clients send: strict text, phone numbers, codes and pictures."""

from base64 import b64decode
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from users import phone_numbers
from users.accounts import avatars
from users.models import User


class TextField(serializers.CharField):
    """Accepts only strings: DRF's own also takes numbers, and a code would lose its zeros."""

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


class AvatarField(serializers.Field[Any, Any, Any, Any]):
    """A picture as a file of a form, or as base64 in JSON (also as a `data:` URL)."""

    def to_internal_value(self, data: Any) -> "ContentFile[bytes]":
        file = _decoded(data) if isinstance(data, str) else data
        try:
            if not isinstance(file, File):
                raise avatars.NotAPicture
            return avatars.remake(file)
        except avatars.Refused as refused:
            raise serializers.ValidationError(refused.message, "invalid") from refused

    def to_representation(self, value: FieldFile) -> str | None:
        return f"{settings.SITE_URL}{value.url}" if value else None

    class Meta:
        swagger_schema_fields = {
            "type": "string",
            "x-nullable": True,
            "example": None,
        }


def _decoded(text: str) -> "File[bytes] | None":
    try:
        return ContentFile(b64decode(text.rpartition(",")[2], validate=True))
    except ValueError:
        return None
