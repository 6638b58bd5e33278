"""The locks are complete, and the check notices when they are not."""

import re
from collections.abc import Iterator

import pytest
from packaging.requirements import Requirement

from tests.locks import ROOT, gaps, read, wanted

EXTRAS = {"base": [], "dev": ["dev"]}
HASH = "--hash=sha256:" + "0" * 64

each_lock = pytest.mark.parametrize("lock", EXTRAS)


def text(lock: str) -> str:
    return (ROOT / "requirements" / f"{lock}.txt").read_text()


def gaps_of(lock: str, pins: list[Requirement]) -> list[str]:
    return list(gaps(pins, wanted(*EXTRAS[lock])))


def without(name: str, lock: str) -> list[Requirement]:
    return [pin for pin in read(text(lock)) if pin.name != name]


def with_version(name: str, version: str, lock: str) -> list[Requirement]:
    return [*without(name, lock), Requirement(f"{name}=={version}")]


def commands() -> Iterator[str]:
    """Every line of the files that install the project, or say how to."""
    for pattern in (
        "Makefile",
        "Dockerfile",
        "*.md",
        "docs/*.md",
        "deploy/*",
        ".ci/*",
        ".github/*/*",
    ):
        for file in ROOT.glob(pattern):
            yield from file.read_text().replace("\\\n", " ").splitlines()


@each_lock
def test_a_lock_is_complete(lock: str) -> None:
    assert gaps_of(lock, read(text(lock))) == []


@each_lock
def test_a_lock_without_any_one_of_its_packages_is_incomplete(lock: str) -> None:
    """So a lock has nothing that is not needed, either."""
    names = [pin.name for pin in read(text(lock))]
    needed = wanted(*EXTRAS[lock])
    assert [name for name in names if not any(gaps(without(name, lock), needed))] == []


@pytest.mark.parametrize(
    ("name", "environments", "gap"),
    [
        ("dj-database-url", 15, "environs needs dj-database-url"),
        ("phonenumbers", 15, "django-phonenumber-field needs phonenumbers"),
        ("tzdata", 5, "on Windows: "),
        ("async-timeout", 3, "Python 3.11.0 on "),
    ],
)
def test_what_an_extra_or_a_system_needs_is_missed(name: str, environments: int, gap: str) -> None:
    found = [line for line in gaps_of("base", without(name, "base")) if gap in line]
    assert len({line.partition(":")[0] for line in found}) == environments


def test_a_version_that_is_too_old_is_noticed() -> None:
    found = gaps_of("base", with_version("django", "4.2.1", "base"))
    assert any("pyproject.toml needs django~=5.2.0, and 4.2.1 is locked" in gap for gap in found)


def test_a_lock_that_is_not_installed_here_is_noticed() -> None:
    [gap, *_] = gaps_of("base", with_version("redis", "8.1.999", "base"))
    assert re.search("redis 8.1.999 is locked, but .* is installed here", gap)


def test_two_versions_of_a_package_are_noticed() -> None:
    [gap, *_] = gaps_of("base", [*read(text("base")), Requirement("django==5.2.1")])
    assert "django is locked twice" in gap


def test_a_package_about_which_nothing_is_known_is_noticed() -> None:
    pins = [*read(text("base")), Requirement("not-installed==1.0")]
    [gap, *_] = gaps(pins, [Requirement("not-installed")])
    assert "not-installed is not installed here" in gap


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("django==5.2.1", "without a hash"),
        ("django==5.2.1 --hash=sha256:0", "without a hash"),
        (f"django==5.2.1 {HASH} --hash=md5:0", "without a hash"),
        (f"django {HASH}", "not one version"),
        (f"django~=5.2.1 {HASH}", "not one version"),
        (f"django==5.2.* {HASH}", "not one version"),
        (f"django[bcrypt]==5.2.1 {HASH}", "not one version"),
        (f"django @ https://example.org/django.whl {HASH}", "not one version"),
        ("--index-url https://example.org/simple", "not a requirement"),
        ("--requirement base.txt", "not a requirement"),
    ],
)
def test_a_line_that_pins_nothing_is_refused(line: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        read(f"{text('base')}\n{line}\n")


@each_lock
def test_a_lock_names_no_address(lock: str) -> None:
    assert "://" not in text(lock)
    assert "index-url" not in text(lock)


def test_what_runs_is_what_is_tested() -> None:
    """Each package of base.txt is in dev.txt with the same version and hashes."""
    assert set(text("base").split()) <= set(text("dev").split())
    assert {str(pin) for pin in read(text("base"))} <= {str(pin) for pin in read(text("dev"))}


def test_no_install_of_a_lock_resolves() -> None:
    """Before 23.3, pip takes the newest release for an extra that a lock has without its extra."""
    installs = [line for line in commands() if re.search("pip.* install .*--require-hashes", line)]
    assert len(installs) >= 5
    assert [line for line in installs if "--no-deps" not in line] == []
