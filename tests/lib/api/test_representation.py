"""The answer is DRF's, to the byte; a serializer that would differ is refused by name."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from lib.api.rendering import JSONRenderer
from lib.api.representation import writer
from referrals.models import Activation
from users.models import User

MOMENT = datetime(2026, 11, 21, 9, 30, 0, 120, UTC)


class InnerSerializer(serializers.Serializer[Any]):
    word = serializers.CharField()
    at = serializers.DateTimeField()


class EverySerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    number = serializers.IntegerField()
    flag = serializers.BooleanField()
    at = serializers.DateTimeField()
    on = serializers.DateField()
    choice = serializers.ChoiceField(choices=["a", "b"])
    words = serializers.ListField(child=serializers.CharField())
    far = serializers.CharField(source="inner.word")
    maybe = serializers.CharField(source="missing.word", allow_null=True)
    inner = InnerSerializer()
    missing = InnerSerializer(allow_null=True)
    several = InnerSerializer(many=True)
    secret = serializers.CharField(write_only=True)


PLAIN: dict[str, Any] = {
    "text": "Борис",
    "number": 7,
    "flag": True,
    "at": MOMENT,
    "on": date(2026, 11, 21),
    "choice": "a",
    "words": ["one", 2, None],
    "inner": SimpleNamespace(word="in", at=MOMENT),
    "missing": None,
    "several": [SimpleNamespace(word="first", at=MOMENT), SimpleNamespace(word=None, at=None)],
}
OTHERS = [
    {},
    {"text": None, "number": None, "flag": None, "at": None, "on": None, "choice": None},
    {"text": 7},
    {"text": UUID(int=7)},
    {"text": gettext_lazy("Not found.")},
    {"number": "7"},
    {"number": True},
    {"number": 10**20},
    {"flag": "false"},
    {"flag": 0},
    {"at": MOMENT.replace(microsecond=0)},
    {"at": MOMENT.replace(microsecond=500_000)},
    {"at": MOMENT.astimezone(ZoneInfo("UTC"))},
    {"at": MOMENT.astimezone(ZoneInfo("Europe/Moscow"))},
    {"at": MOMENT.astimezone(timezone(timedelta(hours=-3)))},
    {"at": MOMENT.replace(tzinfo=None)},
    {"at": "2026-11-21"},
    {"choice": "c"},
    {"choice": ""},
    {"several": []},
    {"missing": SimpleNamespace(word="there", at=MOMENT)},
]


@pytest.mark.parametrize("others", OTHERS)
def test_it_is_written_as_by_drf(others: dict[str, Any]) -> None:
    instance = SimpleNamespace(**PLAIN | others)
    [written] = writer(EverySerializer())([instance])
    drf = EverySerializer(instance).data
    assert JSONRenderer().render(written) == JSONRenderer().render(drf)


class MethodSerializer(serializers.Serializer[Any]):
    field = serializers.SerializerMethodField()

    def get_field(self, instance: Any) -> int:
        return 1


class WholeSerializer(serializers.Serializer[Any]):
    field = InnerSerializer(source="*")


class OwnSerializer(serializers.Serializer[Any]):
    def to_representation(self, instance: Any) -> Any:
        return {}


class ChangingSerializer(serializers.Serializer[Any]):
    def get_fields(self) -> Any:
        return {}


class ArgumentsSerializer(serializers.Serializer[Any]):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class NestedSerializer(serializers.Serializer[Any]):
    field = OwnSerializer()


class NestedManySerializer(serializers.Serializer[Any]):
    field = MethodSerializer(many=True)


class OwnListSerializer(serializers.ListSerializer[Any]):
    pass


class ListedSerializer(serializers.Serializer[Any]):
    class Meta:
        list_serializer_class = OwnListSerializer


class OwnListedSerializer(serializers.Serializer[Any]):
    field = ListedSerializer(many=True)


class BaseOnlySerializer(serializers.BaseSerializer[Any]):
    pass


class BaseFieldSerializer(serializers.Serializer[Any]):
    field = BaseOnlySerializer()


class LookingField(serializers.CharField):
    def get_attribute(self, instance: Any) -> Any:
        return "looked up"


class LookingSerializer(serializers.Serializer[Any]):
    field = LookingField()


class RelatedSerializer(serializers.ModelSerializer[Activation]):
    class Meta:
        model = Activation
        fields = ["inviter"]


class DefaultSerializer(serializers.Serializer[Any]):
    field = serializers.IntegerField(default=1)


class FileSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["avatar"]


class EndsEarlySerializer(serializers.ModelSerializer[User]):
    field = serializers.DateTimeField(source="activation.activated_at", read_only=True)

    class Meta:
        model = User
        fields = ["field"]


@pytest.mark.parametrize(
    ("serializer", "named"),
    [
        (MethodSerializer, "MethodSerializer.field has no source"),
        (WholeSerializer, "WholeSerializer.field has no source"),
        (OwnSerializer, "OwnSerializer overrides to_representation()"),
        (ChangingSerializer, "ChangingSerializer overrides get_fields()"),
        (ArgumentsSerializer, "ArgumentsSerializer overrides __init__()"),
        (NestedSerializer, "OwnSerializer overrides to_representation()"),
        (NestedManySerializer, "MethodSerializer.field has no source"),
        (
            OwnListedSerializer,
            "OwnListedSerializer.field is a list that overrides how it is written",
        ),
        (BaseFieldSerializer, "BaseOnlySerializer overrides get_fields()"),
        (LookingSerializer, "LookingSerializer.field looks its value up"),
        (RelatedSerializer, "RelatedSerializer.inviter looks its value up"),
        (DefaultSerializer, "DefaultSerializer.field has a default"),
        (FileSerializer, "FileSerializer.avatar needs the request"),
        (EndsEarlySerializer, "EndsEarlySerializer.field needs allow_null"),
    ],
)
def test_what_would_be_written_otherwise_is_refused(
    serializer: type[serializers.BaseSerializer[Any]], named: str
) -> None:
    with pytest.raises(TypeError, match=re.escape(named)):
        writer(serializer())


def test_a_method_is_not_a_value() -> None:
    with pytest.raises(TypeError, match="text is a function"):
        writer(EverySerializer())([SimpleNamespace(**PLAIN | {"text": lambda: "called"})])


def test_a_moment_in_a_format_of_its_own_is_written_in_it() -> None:
    class YearSerializer(serializers.Serializer[Any]):
        at = serializers.DateTimeField(format="%Y")

    assert writer(YearSerializer())([SimpleNamespace(at=MOMENT)]) == [{"at": "2026"}]
