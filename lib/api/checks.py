"""Checks at start that `representation` can write every serializer that a view answers with."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.serializers import BaseSerializer

from lib.api.representation import writer


def serializers_can_be_written(**kwargs: Any) -> list[CheckMessage]:
    return [Error(reason, id="api.E001") for reason in _reasons(get_resolver().url_patterns)]


def _reasons(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for serializer_class in sorted(set(answering(patterns)), key=lambda each: each.__name__):
        try:
            writer(serializer_class())
        except TypeError as error:
            yield str(error)


def answering(patterns: list[URLPattern | URLResolver]) -> Iterator[type[BaseSerializer[Any]]]:
    """The serializer classes that the views of these URL patterns name as answers."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from answering(pattern.url_patterns)
        elif hasattr(pattern.callback, "actions"):
            yield from _answers_of(pattern.callback)


def _answers_of(view: Any) -> Iterator[type[BaseSerializer[Any]]]:
    named = [getattr(view.cls, "serializer_class", None)]
    for action in view.actions.values():
        schema = getattr(getattr(view.cls, action), "_swagger_auto_schema", {})
        named += [
            getattr(answer, "child", answer) for answer in schema.get("responses", {}).values()
        ]
    for answer in named:
        answer_class = answer if isinstance(answer, type) else type(answer)
        if issubclass(answer_class, BaseSerializer):
            yield answer_class
