"""Statements whose SQL is built once: Django would build the very same at every request.

A query is written as ever, in a function whose arguments are what changes:

    @rows
    def named(phone_number: str) -> QuerySet[User]:
        return User.objects.filter(phone_number=phone_number)

It is called once, with a slot for each argument; what Django makes of it is kept, and
`named("+79991234567")` fills the slots and returns the list of its rows. So nothing but
the arguments may change what it says: no setting, no clock, no `if`. Arguments are
passed by position, and numbers must fit their column.
"""

from collections.abc import Callable
from copy import copy
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import Any, Generic, ParamSpec, TypeVar, get_type_hints

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import Expression, QuerySet
from django.db.models.sql import InsertQuery, UpdateQuery

P = ParamSpec("P")
Row = TypeVar("Row")
Model = TypeVar("Model", bound=models.Model)
FIELDS: dict[Any, "type[models.Field[Any, Any]]"] = {
    datetime: models.DateTimeField,
    int: models.BigIntegerField,
    str: models.TextField,
}
COMPILING = Lock()  # Django changes a query while it compiles it: one thread at a time
Change = tuple[QuerySet[Any, Any], dict[str, Any]]  # which rows, and what they are to hold


class Slot(Expression):
    """The place of an argument."""

    def __init__(self, place: int, field: "models.Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.place = place

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def filled(self, values: tuple[Any, ...]) -> Any:
        return self.output_field.get_db_prep_value(values[self.place], connection)


class Prepared(Generic[P]):
    """A statement that is built when it is first needed, and kept."""

    def __init__(self, build: Callable[P, Any]) -> None:
        self.build: Callable[..., Any] = build
        self.__doc__ = build.__doc__

    @cached_property
    def built(self) -> Any:
        kinds = get_type_hints(self.build)
        kinds.pop("return")
        return self.build(*(Slot(n, FIELDS[kind]()) for n, kind in enumerate(kinds.values())))

    @cached_property
    def query(self) -> Any:
        return self.built.query

    @cached_property
    def compiled(self) -> tuple[Any, str, list[Any]]:
        with COMPILING:
            compiler = self.query.get_compiler(connection=connection)
            sql, parameters = compiler.as_sql()
        return compiler, sql, list(parameters)

    def filled(self, values: tuple[Any, ...]) -> tuple[str, list[Any]]:
        _, sql, parameters = self.compiled
        return sql, [p.filled(values) if isinstance(p, Slot) else p for p in parameters]


class rows(Prepared[P], Generic[P, Row]):  # noqa: N801  # it decorates
    """A query: called, it returns the list of what it finds."""

    def __init__(self, build: Callable[P, QuerySet[Any, Row]]) -> None:
        super().__init__(build)

    @cached_property
    def compiled(self) -> tuple[Any, str, list[Any]]:
        compiler, sql, parameters = super().compiled
        columns = [column for column, *_ in compiler.select[: compiler.col_count]]
        converters = compiler.get_converters(columns)
        compiler.get_converters = lambda _: converters
        return compiler, sql, parameters

    def __call__(self, *values: P.args, **nothing: P.kwargs) -> list[Row]:
        """Leaves the reading of rows to Django, which is given a compiler that has found them."""
        compiler = copy(self.compiled[0])
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        with compiler.connection.cursor() as cursor:
            cursor.execute(*self.filled(values))
            # What comes after these columns is only there to order by.
            found = [row[: compiler.col_count] for row in cursor.fetchall()]
        compiler.execute_sql = lambda *_, **__: [found]
        query = Like(self.query, get_compiler=lambda *_, **__: compiler)
        return list(self.built._iterable_class(Like(self.built, query=query)))


class update(Prepared[P]):  # noqa: N801  # it decorates
    """A conditional update: called, it returns how many rows it has changed."""

    def __init__(self, build: Callable[P, Change]) -> None:
        super().__init__(build)

    @cached_property
    def query(self) -> UpdateQuery:
        found, values = self.built
        query: UpdateQuery = found.query.chain(UpdateQuery)
        query.add_update_values(values)
        return query

    def __call__(self, *values: P.args, **nothing: P.kwargs) -> int:
        with connection.cursor() as cursor:
            cursor.execute(*self.filled(values))
            return int(cursor.rowcount)


class insert(Generic[Model]):  # noqa: N801  # beside `rows` and `update`
    """Inserts a row: called with its values, it returns the model. It sends no signals."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model

    @cached_property
    def fields(self) -> list[Any]:
        return [field for field in self.model._meta.concrete_fields if not field.primary_key]

    @cached_property
    def sql(self) -> str:
        query = InsertQuery(self.model)
        query.insert_values(self.fields, [self.model()])
        compiler = query.get_compiler(connection=connection)
        compiler.returning_fields = [self.model._meta.pk]
        [(sql, _)] = compiler.as_sql()
        return str(sql)

    def __call__(self, **values: Any) -> Model:
        made, to = self.model(**values), connections[DEFAULT_DB_ALIAS]
        written = [f.get_db_prep_save(f.pre_save(made, True), to) for f in self.fields]
        with to.cursor() as cursor:
            cursor.execute(self.sql, written)
            [made.pk] = cursor.fetchone()
        made._state.adding, made._state.db = False, to.alias
        return made


class Like:
    """An object like another, but for what is given instead."""

    def __init__(self, other: Any, **instead: Any) -> None:
        self.__dict__.update(instead, other=other)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.other, name)
