"""What `make load-data` writes fits the models: a new column stops here, not in a database."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.db.models import NOT_PROVIDED, Model

from tests.load_data.people import Crowd, Row

PLACE = "tests/load_data/people.py"
MODELS = {model._meta.db_table: model for model in apps.get_models()}
TABLES = [*Crowd(1).tables()]
each_table = pytest.mark.parametrize("table", TABLES)


def rows_of(table: str) -> list[Row]:
    rows, number = Crowd(20).tables()[table]
    found = list(rows)
    assert len(found) == number
    return found


def assert_fits(model: type[Model], row: Row) -> None:
    """It has a value for each column that needs one, and none for a column that is not there."""
    columns = {field.column for field in model._meta.concrete_fields}
    assert _required(model) - set(row) == set(), f"New in {model.__name__}: write it in {PLACE}"
    assert set(row) - columns == set(), f"Not in {model.__name__}: do not write it in {PLACE}"


def _required(model: type[Model]) -> set[str]:
    fields: Any = model._meta.concrete_fields
    return {field.column for field in fields if not field.null and _has_no_default(field)}


def _has_no_default(field: "models.Field[Any, Any]") -> bool:
    """The database has none: a default of the model alone does not help COPY."""
    return field.db_default is NOT_PROVIDED


@each_table
def test_every_column_that_needs_a_value_has_one(table: str) -> None:
    assert_fits(MODELS[table], rows_of(table)[0])


@each_table
def test_every_row_has_the_columns_of_the_first(table: str) -> None:
    """COPY is told the columns once."""
    assert len({tuple(row) for row in rows_of(table)}) == 1


def plant(model: type[Model], field: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    field.set_attributes_from_name("planted")
    monkeypatch.setattr(model._meta, "concrete_fields", (*model._meta.concrete_fields, field))


@each_table
@pytest.mark.parametrize("field", [models.CharField(), models.CharField(default="")])
def test_a_new_column_that_needs_a_value_is_stopped(
    table: str, field: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, row = MODELS[table], rows_of(table)[0]
    plant(model, field, monkeypatch)
    with pytest.raises(AssertionError, match=f"New in {model.__name__}: write it in {PLACE}"):
        assert_fits(model, row)


@each_table
@pytest.mark.parametrize("field", [models.CharField(null=True), models.CharField(db_default="")])
def test_a_new_column_that_needs_none_is_let_through(
    table: str, field: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(MODELS[table], field, monkeypatch)
    assert_fits(MODELS[table], rows_of(table)[0])


@each_table
def test_a_removed_column_is_stopped(table: str) -> None:
    with pytest.raises(AssertionError, match="do not write it"):
        assert_fits(MODELS[table], {**rows_of(table)[0], "planted": 1})
