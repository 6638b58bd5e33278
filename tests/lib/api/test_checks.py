"""A serializer that would be written otherwise than by DRF keeps the server from starting."""

from typing import Any

import pytest
from django.urls import URLPattern, get_resolver, path
from drf_yasg.utils import swagger_auto_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from lib.api import checks


class SourcelessSerializer(serializers.Serializer[Any]):
    everything = serializers.DictField(source="*")


class PlantedViewSet(ViewSet):
    @swagger_auto_schema(  # type: ignore[untyped-decorator]
        responses={200: SourcelessSerializer(many=True)}
    )
    def list(self, request: Any) -> Response:
        return Response([])


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> list[URLPattern]:
    patterns = [path("planted/", PlantedViewSet.as_view({"get": "list"}))]
    monkeypatch.setattr(get_resolver(), "url_patterns", patterns)
    return patterns


def test_every_serializer_of_ours_can_be_written() -> None:
    assert len(set(checks.answering(get_resolver().url_patterns))) > 8
    assert checks.serializers_can_be_written() == []


def test_a_field_that_would_be_written_otherwise_is_named(planted: list[URLPattern]) -> None:
    [error] = checks.serializers_can_be_written()
    assert error.id == "api.E001"
    assert "SourcelessSerializer.everything" in error.msg
