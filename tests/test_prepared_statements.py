"""The guard of the prepared statements: none of them depends on more than its arguments.

Each is compiled as usual and again in other surroundings; SQL and parameters must not change.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.conf import UserSettingsHolder, settings
from django.db.models import Expression, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext

import config.settings
from lib.db import prepared
from lib.db.prepared import Slot
from referrals.models import InviteCode
from users.models import User

pytestmark = pytest.mark.django_db

Statement = prepared.Prepared[*tuple[Any, ...]]
# The models are made of these: a statement may follow them.
STRUCTURE = {"AUTH_USER_MODEL", "DATABASES", "INSTALLED_APPS", "USE_TZ"}


def packages_of(folder: Path) -> list[str]:
    return sorted({path.parent.name for path in folder.glob("*/__init__.py")} - {"tests"})


def statements_of(packages: list[str], folder: Path = settings.BASE_DIR) -> list[Statement]:
    """All that these packages prepare, after an import of every module that names `prepared`."""
    for package in packages:
        for module in pkgutil.walk_packages([str(folder / package)], f"{package}."):
            path = folder.joinpath(*module.name.split("."))
            source = path / "__init__.py" if module.ispkg else path.with_suffix(".py")
            if "prepared" in source.read_text():
                importlib.import_module(module.name)
    starts = tuple(f"{package}." for package in packages)
    found = [each for each in prepared.REGISTERED if each.name.startswith(starts)]
    return sorted(found, key=lambda each: each.name)


@contextmanager
def other_settings() -> Iterator[None]:
    """Changes every setting of the project, without the signal that makes Django reload."""
    usual = settings._wrapped  # type: ignore[misc]  # as `override_settings` does
    others = UserSettingsHolder(usual)
    for name in {*filter(str.isupper, vars(config.settings))} - STRUCTURE:
        setattr(others, name, other(getattr(settings, name)))
    settings._wrapped = others
    try:
        yield
    finally:
        settings._wrapped = usual


def other(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int() | float():
            return 2 * value + 1
        case timedelta():
            return 2 * value + timedelta(seconds=1)
        case str() | None:
            return f"{value}, but another"
        case list() | tuple():
            return type(value)([*map(other, value), "one more"])
        case dict():
            return {key: other(each) for key, each in value.items()} | {"one more": "one more"}
        case Path():
            return value / "another"
    return value


def same(slot: Slot, value: Any) -> bool:
    return not isinstance(value, Expression) or slot is value


World = Callable[[], AbstractContextManager[Any]]
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
WORLDS: dict[str, World] = {
    "the clock": lambda: time_machine.travel(NOW + timedelta(days=401, hours=13), tick=False),
    "a setting": other_settings,
    "the language": lambda: translation.override("ru"),
    "the time zone": lambda: timezone.override("Asia/Kathmandu"),
    "whether an argument is true": lambda: mock.patch.object(
        Slot, "__bool__", create=True, return_value=False
    ),
    "what an argument is": lambda: mock.patch.multiple(Slot, __eq__=same, __hash__=object.__hash__),
}


def what_it_depends_on(statement: Statement) -> list[str]:
    with time_machine.travel(NOW, tick=False):
        usual = compiled(statement, nullcontext)
        return [name for name, world in WORLDS.items() if compiled(statement, world) != usual]


def compiled(statement: Statement, world: World) -> tuple[str, list[Any]]:
    with world():
        made = statement.compile()
    places = [p.place if isinstance(p, Slot) else ("constant", p) for p in made.parameters]
    return made.sql, places


@pytest.mark.parametrize(
    "statement", statements_of(packages_of(settings.BASE_DIR)), ids=lambda each: each.name
)
def test_a_statement_depends_on_its_arguments_alone(statement: Statement) -> None:
    assert what_it_depends_on(statement) == []


def test_a_new_module_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "newcomers" / "within"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").touch()
    (package / "fresh.py").write_text(
        "from lib.db import prepared\n\n\n@prepared.rows\ndef fresh(pk: int) -> None: ...\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert packages_of(tmp_path) == ["newcomers"]
    [found] = statements_of(["newcomers"], tmp_path)
    assert found.name == "newcomers.within.fresh.fresh"
    prepared.REGISTERED.remove(found)


@prepared.rows
def clock(pk: int) -> QuerySet[InviteCode]:
    return InviteCode.objects.filter(pk=pk, issued_at__gt=timezone.now())


@prepared.rows
def setting(pk: int) -> QuerySet[InviteCode]:
    return InviteCode.objects.filter(pk=pk, issued_at__gt=NOW - settings.REFRESH_TOKEN_LIFETIME)


@prepared.update
def language(pk: int) -> prepared.Change:
    return User.objects.filter(pk=pk), {"first_name": gettext("invite code")}


@prepared.rows
def time_zone(pk: int) -> QuerySet[InviteCode]:
    return InviteCode.objects.filter(owner=pk, issued_at__date="2026-11-21")


@prepared.rows
def truth(number: str) -> QuerySet[User]:
    found = User.objects.filter(phone_number__gte=number)
    return found.filter(is_staff=True) if number else found


@prepared.rows
def equality(number: str) -> QuerySet[User]:
    found = User.objects.filter(phone_number=number)
    return found.filter(is_staff=True) if number == "+79990000001" else found


@pytest.mark.parametrize(
    ("statement", "cause"),
    [
        (clock, "the clock"),
        (setting, "a setting"),
        (language, "the language"),
        (time_zone, "the time zone"),
        (truth, "whether an argument is true"),
        (equality, "what an argument is"),
    ],
)
def test_the_guard_says_what_else_decides(statement: Statement, cause: str) -> None:
    assert what_it_depends_on(statement) == [cause]


@prepared.rows
def unused(pk: int, number: str) -> QuerySet[User]:
    return User.objects.filter(pk=pk)


def test_an_argument_that_is_not_used_is_refused() -> None:
    with pytest.raises(TypeError, match=r"\.unused does not use its arguments: number$"):
        unused(1, "+79990000001")


def test_every_setting_is_another_in_the_other_settings() -> None:
    names = {*filter(str.isupper, vars(config.settings))} - STRUCTURE
    usual = {name: getattr(settings, name) for name in names}
    with other_settings():
        unchanged = {name for name in names if getattr(settings, name) == usual[name]}
    assert {name: getattr(settings, name) for name in names} == usual
    assert unchanged == set()
