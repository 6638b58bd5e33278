"""Serializers that are built once: DRF would copy all their fields at every request."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.utils.text import format_lazy
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import BaseSerializer, as_serializer_error
from rest_framework.utils.formatting import lazy_format

Shape = Callable[[], BaseSerializer[Any]]  # a class of serializers


def read(shape: Shape, data: Any) -> dict[str, Any]:
    """What was sent, as the shape reads it; refuses it field by field."""
    try:
        return dict(_built(shape).run_validation(data))
    except ValidationError as error:
        raise ValidationError(as_serializer_error(error)) from error


def show(shape: Shape, shown: Any) -> dict[str, Any]:
    """What a client is told of it."""
    return dict(_built(shape).to_representation(shown))


@cache
def _built(shape: Shape) -> Any:
    """It keeps nothing of what passes through, so threads share it."""
    built: Any = shape()
    for field in built.fields.values():
        for validator in field.validators:
            if isinstance(getattr(validator, "message", None), lazy_format):
                validator.message = _in_every_language(validator.message)
    return built


def _in_every_language(message: lazy_format) -> Any:
    """DRF's own keeps the words in which it was said first."""
    return format_lazy(message.format_string, *message.args, **message.kwargs)
