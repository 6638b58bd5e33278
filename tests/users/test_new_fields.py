"""A new field is kept or erased at closing, exported or not, shown or hidden: by decision."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.conf import settings
from django.db import models
from django.db.models import Model

from referrals.models import Activation, InviteCode
from users.accounts import erasure
from users.admin import users as users_admin
from users.models import AuditEvent, ConfirmationCode, SignIn, User
from users.serializers import data, profile, staff

AT_CLOSING = [User, SignIn, ConfirmationCode, AuditEvent]
EXPORTED = [*AT_CLOSING, InviteCode, Activation]


def fields_of(model: type[Model]) -> set[str]:
    return {field.name for field in model._meta.concrete_fields}


def shown_by(serializer: Any) -> set[str]:
    """The model fields that a serializer reads."""
    row = getattr(serializer, "child", serializer)
    return {field.source.partition(".")[0] for field in row.fields.values()}


def assert_each_is_in_one(
    model: type[Model], one: Iterable[str], other: Iterable[str], place: str
) -> None:
    """Every field of the model is in one of two declarations, and nothing else is in the second."""
    one, other, fields = {*one}, {*other}, fields_of(model)
    label = model.__name__
    assert fields - one - other == set(), f"New in {label}: name it in {place}"
    assert other - fields == set(), f"No longer in {label}: take it out of {place}"
    assert one & other == set(), f"Twice in {place}"


def closing(model: type[Model]) -> None:
    place = "ERASED or KEPT of users/accounts/erasure.py"
    assert_each_is_in_one(model, erasure.ERASED[model], erasure.KEPT[model], place)


def export(model: type[Model]) -> None:
    place = "its serializer or HIDDEN of users/serializers/data.py"
    parts = data.PersonalDataSerializer().fields.values()
    [part] = [part for part in parts if _model_of(part) is model]
    assert_each_is_in_one(model, shown_by(part), data.HIDDEN[model], place)


def _model_of(part: Any) -> Any:
    return getattr(part, "child", part).Meta.model


def profile_shown(model: type[Model]) -> None:
    place = "ProfileSerializer or HIDDEN of users/serializers/profile.py"
    assert_each_is_in_one(model, shown_by(profile.ProfileSerializer()), profile.HIDDEN, place)


def staff_shown(model: type[Model]) -> None:
    place = "PersonSerializer or HIDDEN of users/serializers/staff.py"
    assert_each_is_in_one(model, shown_by(staff.PersonSerializer()), staff.HIDDEN, place)


def form_shown(model: type[Model]) -> None:
    place = "fieldsets or HIDDEN_IN_FORM of users/admin/users.py"
    fieldsets: Any = users_admin.UserAdmin.fieldsets
    shown = [name for _, options in fieldsets for name in options["fields"]]
    assert_each_is_in_one(model, shown, users_admin.HIDDEN_IN_FORM, place)


def csv_shown(model: type[Model]) -> None:
    place = "exported or HIDDEN_IN_CSV of users/admin/users.py"
    assert_each_is_in_one(model, users_admin.UserAdmin.exported, users_admin.HIDDEN_IN_CSV, place)


Check = Callable[[type[Model]], None]
CHECKS: list[tuple[Check, type[Model]]] = [
    *((closing, model) for model in AT_CLOSING),
    *((export, model) for model in EXPORTED),
    (profile_shown, User),
    (staff_shown, User),
    (form_shown, User),
    (csv_shown, User),
]
each_check = pytest.mark.parametrize(
    ("check", "model"),
    CHECKS,
    ids=[f"{check.__name__}-{model.__name__}" for check, model in CHECKS],
)


@each_check
def test_every_field_is_decided_on(check: Check, model: type[Model]) -> None:
    check(model)


@each_check
def test_a_new_field_is_stopped(
    check: Check, model: type[Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    planted: Any = models.CharField()
    planted.set_attributes_from_name("planted")
    monkeypatch.setattr(model._meta, "concrete_fields", (*model._meta.concrete_fields, planted))
    with pytest.raises(AssertionError, match=f"New in {model.__name__}: name it in ") as stopped:
        check(model)
    [file] = re.findall(r"\S+\.py", str(stopped.value))
    assert (settings.BASE_DIR / file).exists()


@each_check
def test_a_removed_field_is_stopped(
    check: Check, model: type[Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model._meta, "concrete_fields", ())
    with pytest.raises(AssertionError, match=f"No longer in {model.__name__}"):
        check(model)


def rows_about_a_user() -> set[str]:
    related: Any = [relation.related_model for relation in User._meta.related_objects]
    return {model._meta.label for model in related}


def undecided(labels: set[str]) -> set[str]:
    return labels - {model._meta.label for model in erasure.ERASED} - set(erasure.LEFT)


def test_every_table_about_a_user_is_decided_on() -> None:
    place = "ERASED and KEPT, or LEFT, of users/accounts/erasure.py"
    assert undecided(rows_about_a_user()) == set(), f"New: name it in {place}"
    assert set(erasure.LEFT) <= rows_about_a_user(), f"Gone: take it out of {place}"
    assert undecided({*rows_about_a_user(), "users.Planted"}) == {"users.Planted"}


def test_closing_clears_every_relation_of_a_user() -> None:
    """`close` in users/accounts/own.py clears these two; a new one must be added there."""
    assert {field.name for field in User._meta.many_to_many} == {"groups", "user_permissions"}
