"""Serializers that are built once: DRF would copy all their fields at every request."""

from collections.abc import Callable
from functools import cache
from operator import attrgetter
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
    """What a client is told of an object, by the attributes that the fields name."""
    return {
        name: None if (value := value_of(shown)) is None else represent(value)
        for name, value_of, represent in _columns(shape)
    }


@cache
def _columns(shape: Shape) -> "list[tuple[str, Callable[[Any], Any], Callable[[Any], Any]]]":
    """Each field's name, where its value is, and how it is written: DRF asks for every object."""
    fields = _built(shape)._readable_fields
    return [(f.field_name, attrgetter(f.source), f.to_representation) for f in fields]


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
