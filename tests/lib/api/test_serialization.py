"""Serializers that are built once refuse and show as new ones."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.utils.translation import override
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from lib.api import serialization
from referrals import services
from users.accounts import search
from users.models import User
from users.serializers.profile import ProfileSerializer
from users.serializers.staff import PersonSerializer


class Shape(serializers.Serializer[Any]):
    number = serializers.IntegerField(max_value=9)


@pytest.mark.parametrize("sent", [{"number": 10}, {"number": "x"}, {}])
def test_a_refusal_is_in_the_language_of_whoever_asks(sent: Any) -> None:
    said = []
    for language in ("ru", "en", "ru"):
        with override(language), pytest.raises(ValidationError) as refused:
            serialization.read(Shape, sent)
        said.append(str(refused.value.detail["number"][0]))  # type: ignore[index, call-overload]
    assert said[0] == said[2] != said[1]


def test_one_after_the_other() -> None:
    assert [serialization.read(Shape, {"number": n}) for n in (1, 2)] == [
        {"number": 1},
        {"number": 2},
    ]
    shown = [serialization.show(Shape, SimpleNamespace(number=n)) for n in (1, 2, None)]
    assert shown == [{"number": 1}, {"number": 2}, {"number": None}]


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        ({}, {"number": ["This field is required."]}),
        ({"number": 10}, {"number": ["Ensure this value is less than or equal to 9."]}),
        ([], {"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]}),
        (None, {"non_field_errors": ["This field may not be null."]}),
    ],
)
def test_a_refusal_names_the_field(sent: Any, refusal: dict[str, list[str]]) -> None:
    with pytest.raises(ValidationError) as refused:
        serialization.read(Shape, sent)
    assert refused.value.detail == refusal
    assert serialization.read(Shape, {"number": 1}) == {"number": 1}


@pytest.mark.django_db
def test_people_are_shown_as_by_a_new_serializer(bob: User, alice: User) -> None:
    services.activate(alice, services.live_invite_code(bob).code)
    for person in search.with_referrals([bob, alice]):
        assert serialization.show(PersonSerializer, person) == PersonSerializer(person).data
        assert serialization.show(ProfileSerializer, person) == ProfileSerializer(person).data
