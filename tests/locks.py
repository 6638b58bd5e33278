"""Whether a lock is complete, so that an install of it need not resolve anything.

`pip install --no-deps` installs what a lock lists and nothing else. Here the requirements of
pyproject.toml are followed through everything they need, extras and markers included, for each
system and Python that we support. What a package needs is read from the installed package, so
no network is asked; that its wheels for other systems need the same is taken for granted.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import NamedTuple

from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
HASHES = re.compile(r"(\s+--hash=sha256:[0-9a-f]{64})+\s*")
VERSION = re.compile(r"==[0-9][0-9a-z.+]*")

# Locked for other systems or Pythons, so perhaps not installed here. They need nothing, as their
# pages on PyPI say; look there before adding one.
NEED_NOTHING = {"async-timeout", "colorama", "tzdata"}

PYTHONS = ["3.11.0", "3.11.9", "3.12.0", "3.13.0", "3.14.0"]  # redis needs more below 3.11.3
SYSTEMS = {
    "Linux": ("posix", "linux", "x86_64"),
    "Darwin": ("posix", "darwin", "arm64"),
    "Windows": ("nt", "win32", "AMD64"),
}


class Environment(NamedTuple):
    """A CPython on a system, as markers see it."""

    system: str
    python: str

    def __str__(self) -> str:
        return f"Python {self.python} on {self.system}"

    def fulfils(self, marker: Marker | None, extra: str = "") -> bool:
        return marker is None or _evaluate(str(marker), self, extra)


class Package(NamedTuple):
    """The metadata of an installed package."""

    version: str
    python: SpecifierSet
    requirements: list[Requirement]


ENVIRONMENTS = [Environment(system, python) for python in PYTHONS for system in SYSTEMS]


def read(text: str) -> list[Requirement]:
    """The pins of a lock; raises ValueError for a line that is none, or has no hash."""
    lines = text.replace("\\\n", " ").splitlines()
    return [_pin(line) for line in lines if line.strip() and not line.startswith("#")]


def wanted(*extras: str) -> list[Requirement]:
    """What pyproject.toml asks for, with these extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    optional = project["optional-dependencies"]
    lines = [*project["dependencies"], *(line for extra in extras for line in optional[extra])]
    return [Requirement(line) for line in lines]


def gaps(pins: list[Requirement], requirements: Iterable[Requirement]) -> Iterator[str]:
    """What an install of these pins would lack, or would have in a version that does not fit."""
    for environment in ENVIRONMENTS:
        search = Search(environment, pins)
        for gap in search.gaps(requirements):
            yield f"{environment}: {gap}"


class Search:
    """Follows requirements through one lock in one environment, each package once."""

    def __init__(self, environment: Environment, pins: Iterable[Requirement]) -> None:
        held = [pin for pin in pins if environment.fulfils(pin.marker)]
        names: list[str] = [canonicalize_name(pin.name) for pin in held]
        self.environment = environment
        self.twice = [name for name, times in Counter(names).items() if times > 1]
        self.locked = {name: _version(pin) for name, pin in zip(names, held, strict=True)}
        self.followed: set[tuple[str, str]] = set()  # names with an extra, or with ""

    def gaps(self, requirements: Iterable[Requirement]) -> Iterator[str]:
        for name in self.twice:
            yield f"{name} is locked twice"
        for requirement in requirements:
            if self.environment.fulfils(requirement.marker):
                yield from self.follow("pyproject.toml", requirement)

    def follow(self, needer: str, requirement: Requirement) -> Iterator[str]:
        name: str = canonicalize_name(requirement.name)
        version = self.locked.get(name)
        if version is None:
            yield f"{needer} needs {requirement}, which is not locked"
        elif not requirement.specifier.contains(version, prereleases=True):
            yield f"{needer} needs {requirement}, and {version} is locked"
        else:
            new = {(name, extra) for extra in ("", *requirement.extras)} - self.followed
            self.followed |= new
            yield from self.look_at(name, version, {extra for _, extra in new})

    def look_at(self, name: str, version: str, extras: set[str]) -> Iterator[str]:
        package = installed(name)
        if package is None:
            if name not in NEED_NOTHING:
                yield f"{name} is not installed here, so what it needs is unknown"
            return
        if package.version != version:
            yield f"{name} {version} is locked, but {package.version} is installed here"
        if not package.python.contains(self.environment.python):
            yield f"{name} needs Python {package.python}"
        for requirement in package.requirements:
            if any(self.environment.fulfils(requirement.marker, extra) for extra in extras):
                yield from self.follow(name, requirement)


@cache
def installed(name: str) -> Package | None:
    try:
        found = metadata(name)
    except PackageNotFoundError:
        return None
    [python] = found.get_all("Requires-Python") or [""]
    lines = found.get_all("Requires-Dist") or []
    return Package(found["Version"], SpecifierSet(python), [Requirement(line) for line in lines])


def _pin(line: str) -> Requirement:
    pinned, *hashes = re.split(r"(?=\s--hash)", line, maxsplit=1)
    try:
        pin = Requirement(pinned)
    except InvalidRequirement as error:
        raise ValueError(f"not a requirement: {line}") from error
    if pin.url or pin.extras or not VERSION.fullmatch(str(pin.specifier)):
        raise ValueError(f"not one version of one package: {line}")
    if not hashes or not HASHES.fullmatch(hashes[0]):
        raise ValueError(f"without a hash: {line}")
    return pin


def _version(pin: Requirement) -> str:
    return str(pin.specifier).removeprefix("==")


@cache
def _evaluate(marker: str, environment: Environment, extra: str) -> bool:
    os_name, sys_platform, machine = SYSTEMS[environment.system]
    variables = {
        "extra": extra,
        "implementation_name": "cpython",
        "implementation_version": environment.python,
        "os_name": os_name,
        "platform_machine": machine,
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": environment.system,
        "platform_version": "",
        "python_full_version": environment.python,
        "python_version": environment.python.rpartition(".")[0],
        "sys_platform": sys_platform,
    }
    return Marker(marker).evaluate(variables)
