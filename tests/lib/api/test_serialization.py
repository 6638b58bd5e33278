"""Serializers that are built once give the same answers and refusals as new ones."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils.translation import override
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from lib.api.rendering import JSONRenderer
from lib.api.serialization import serialize, serialize_many, validate
from referrals import services
from users.accounts import own, search
from users.models import User
from users.serializers.data import PersonalDataSerializer
from users.serializers.profile import ProfileSerializer
from users.serializers.staff import PersonSerializer


class NumberSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField(max_value=9)
    word = serializers.CharField(required=False)


def rendered(data: Any) -> Any:
    return json.loads(JSONRenderer().render(data))


@pytest.mark.parametrize("sent", [{"number": 10}, {"number": "x"}, {}])
def test_a_refusal_is_in_the_language_of_the_request(sent: Any) -> None:
    said = []
    for language in ("ru", "en", "ru"):
        with override(language), pytest.raises(ValidationError) as refused:
            validate(NumberSerializer, sent)
        said.append(str(refused.value.detail["number"][0]))  # type: ignore[index, call-overload]
    assert said[0] == said[2] != said[1]


def test_one_request_leaves_nothing_for_the_next() -> None:
    assert [validate(NumberSerializer, {"number": n}) for n in (1, 2)] == [
        {"number": 1},
        {"number": 2},
    ]
    numbers = [SimpleNamespace(number=number, word="") for number in (1, 2, None)]
    written = [{"number": number, "word": ""} for number in (1, 2, None)]
    assert [serialize(NumberSerializer, number) for number in numbers] == written
    assert serialize_many(NumberSerializer, numbers) == written
    assert serialize_many(NumberSerializer, []) == []


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
        validate(NumberSerializer, sent)
    assert refused.value.detail == refusal
    assert validate(NumberSerializer, {"number": 1}) == {"number": 1}


def test_a_part_may_be_sent_where_the_view_says_so() -> None:
    assert validate(NumberSerializer, {"word": "one"}, partial=True) == {"word": "one"}
    with pytest.raises(ValidationError):
        validate(NumberSerializer, {"word": "one"})


@pytest.mark.django_db
def test_people_are_answered_as_by_a_new_serializer(bob: User, alice: User) -> None:
    services.activate(alice, services.live_invite_code(bob).code)
    people = search.with_referrals([bob, alice])
    for answered in (PersonSerializer, ProfileSerializer):
        drf = [answered(person).data for person in people]
        assert rendered(serialize_many(answered, people)) == rendered(drf)
    for person in people:
        data = own.personal_data(person)
        drf_data = PersonalDataSerializer(data).data
        assert rendered(serialize(PersonalDataSerializer, data)) == rendered(drf_data)
