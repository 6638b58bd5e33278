"""Serializers that are built once: DRF would copy all their fields for every request.

A view returns `Response(serialize(SomeSerializer, found))`, for a list `serialize_many`.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import BaseSerializer, as_serializer_error
from rest_framework.utils.formatting import lazy_format

from lib.api import representation
from lib.api.pagination import CursorPagination

PAGING = (CursorPagination.cursor_query_param, CursorPagination.page_size_query_param)
SerializerClass = Callable[..., BaseSerializer[Any]]


def validate(serializer: SerializerClass, data: Any, partial: bool = False) -> dict[str, Any]:
    """Returns the validated data that a client sent; refuses it field by field."""
    try:
        return dict(_built(serializer, partial).run_validation(data))
    except ValidationError as error:
        raise ValidationError(as_serializer_error(error)) from error


def validate_query(
    serializer: SerializerClass, sent: QueryDict, paged: bool = False
) -> dict[str, Any]:
    """The same for a query string; an unknown parameter is refused, not ignored.

    Otherwise a misspelt filter would return everything.
    """
    known = {*_built(serializer).fields, *(PAGING if paged else ())}
    unknown = {name: [_("Unknown parameter.")] for name in sent if name not in known}
    if unknown:
        raise ValidationError(unknown)
    return validate(serializer, sent.dict())


def serialize(serializer: SerializerClass, instance: Any) -> dict[str, Any]:
    """Returns the representation of an object: the attributes that the fields name."""
    [written] = writer(serializer)([instance])
    return written


def serialize_many(serializer: SerializerClass, instances: Iterable[Any]) -> list[dict[str, Any]]:
    return writer(serializer)(instances)


@cache
def writer(serializer: SerializerClass) -> representation.Writer:
    """Raises TypeError for a serializer that would be written differently from DRF."""
    return representation.writer(_built(serializer))


@cache
def _built(serializer: SerializerClass, partial: bool = False) -> Any:
    """Threads share the serializer, because it keeps no state of a request."""
    built: Any = serializer(partial=partial)
    for field in built.fields.values():
        for validator in field.validators:
            if isinstance(getattr(validator, "message", None), lazy_format):
                validator.message = _in_every_language(validator.message)
    return built


def _in_every_language(message: lazy_format) -> Any:
    """Translates the message each time: DRF keeps the language in which it was first used."""
    return format_lazy(message.format_string, *message.args, **message.kwargs)
