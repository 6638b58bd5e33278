"""Queries whose SQL is compiled once: Django would compile the same SQL at every request.

A query is written as usual, in a module-level function whose arguments are what changes:

    @rows
    def named(phone_number: str) -> QuerySet[User]:
        return User.objects.filter(phone_number=phone_number)

`named("+79991234567")` returns the list of its rows.

How it works: the function is called once, with a `Slot` instead of each argument, and the
compiler that Django makes of the query is kept. A call copies that compiler, fills the slots
and passes the copy to Django, which sends the SQL and reads the rows as usual.

What it saves: without it a query takes 4 to 35 times as long and an update 6 to 21 times
(on SQLite; `docs/performance.md` says what each statement saves). A statement that would save
a hot endpoint less than 0.1 ms is written as usual.

What to watch: everything else that the function reads (the clock, a setting, the language, an
`if`) is frozen by the first call. `tests/test_prepared_statements.py` compiles each statement
of the project with another clock, other settings and so on, and fails on a difference. An
argument that the SQL does not use, or a statement made inside a function, is a TypeError.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar, TypeVarTuple, get_type_hints

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import Expression, QuerySet
from django.db.models.sql import UpdateQuery
from django.db.models.sql.constants import ROW_COUNT

Arguments = TypeVarTuple("Arguments")
Row = TypeVar("Row")
Copied = TypeVar("Copied")
FIELDS: dict[Any, "type[models.Field[Any, Any]]"] = {
    datetime: models.DateTimeField,
    int: models.BigIntegerField,
    str: models.TextField,
}
Change = tuple[QuerySet[Any, Any], dict[str, Any]]  # the rows, and their new values


class Slot(Expression):
    """Stands for an argument until the call."""

    def __init__(self, place: int, field: "models.Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.place = place

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def filled(self, values: tuple[Any, ...]) -> Any:
        return self.output_field.get_db_prep_value(values[self.place], connection)


class Statement(NamedTuple):
    """A query as Django compiled it."""

    built: Any  # what the function returned
    compiler: Any
    sql: str
    parameters: list[Any]  # slots and constants

    def filled(self, values: tuple[Any, ...]) -> tuple[str, list[Any]]:
        return self.sql, [p.filled(values) if isinstance(p, Slot) else p for p in self.parameters]


class Prepared(Generic[*Arguments]):
    """A statement that is compiled at its first use and then kept."""

    def __init__(self, build: Callable[[*Arguments], Any]) -> None:
        self.build: Callable[..., Any] = build
        self.name = f"{build.__module__}.{build.__qualname__}"
        if "<locals>" in self.name:
            raise TypeError(f"{self.name} is prepared at every call: move it to its module")
        self.__doc__ = build.__doc__
        REGISTERED.append(self)

    @cached_property
    def statement(self) -> Statement:
        return self.compile()

    def compile(self) -> Statement:
        kinds = get_type_hints(self.build)
        kinds.pop("return")
        slots = {name: Slot(n, FIELDS[kind]()) for n, (name, kind) in enumerate(kinds.items())}
        built = self.build(*slots.values())
        compiler = self.query(built).get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        used = {parameter.place for parameter in parameters if isinstance(parameter, Slot)}
        if unused := [name for name, slot in slots.items() if slot.place not in used]:
            raise TypeError(f"{self.name} does not use its arguments: {', '.join(unused)}")
        return Statement(built, compiler, sql, list(parameters))

    def query(self, built: Any) -> Any:
        """The query in what the function returned."""
        return built.query

    def ready(self, values: tuple[Any, ...], limit: str = "") -> Any:
        """The compiler with its SQL filled in, on the connection of this thread."""
        sql, parameters = self.statement.filled(values)
        return _copy(
            self.statement.compiler,
            connection=connections[DEFAULT_DB_ALIAS],
            as_sql=lambda: (sql + limit, parameters),
        )


REGISTERED: list[Prepared[*tuple[Any, ...]]] = []


class rows(Prepared[*Arguments], Generic[*Arguments, Row]):  # noqa: N801  # it decorates
    """Makes a query of the function; a call returns the list of its rows."""

    def __init__(self, build: Callable[[*Arguments], QuerySet[Any, Row]]) -> None:
        super().__init__(build)

    @cached_property
    def converters(self) -> Any:
        """How each column becomes a Python value; finding that out takes a third of a call."""
        compiler = self.statement.compiler
        columns = [column for column, *_ in compiler.select[: compiler.col_count]]
        return compiler.get_converters(columns)

    def __call__(self, *values: *Arguments) -> list[Row]:
        return self._read(self.ready(values))

    def at_most(self, limit: int, *values: *Arguments) -> list[Row]:
        """Returns at most `limit` rows."""
        return self._read(self.ready(values, f" LIMIT {limit:d}"))

    def _read(self, ready: Any) -> list[Row]:
        ready.get_converters = lambda _: self.converters
        query = _copy(ready.query, get_compiler=lambda *_, **__: ready)
        return list(_copy(self.statement.built, _query=query))


class update(Prepared[*Arguments]):  # noqa: N801  # it decorates
    """Makes a conditional update of the function; a call returns how many rows it changed."""

    def query(self, built: Any) -> UpdateQuery:
        found, values = built
        query: UpdateQuery = found.query.chain(UpdateQuery)
        query.add_update_values(values)
        return query

    def __call__(self, *values: *Arguments) -> int:
        return int(self.ready(values).execute_sql(ROW_COUNT))


def _copy(thing: Copied, **changes: Any) -> Copied:
    """A shallow copy with other attributes; `copy.copy` of a queryset would run its query."""
    twin = object.__new__(type(thing))
    twin.__dict__.update(thing.__dict__, **changes)
    return twin
