"""The running site, Debian's Chromium, and people who use them."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e import site as sites
from tests.e2e.people import PATIENCE, Person
from tests.e2e.site import Site

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --disable-background-networking"
    " --disable-component-update --disable-sync --no-first-run"
).split()

Arrives = Callable[..., Person]


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with sites.furnished() as running:
        yield running


@pytest.fixture(scope="session")
def broken_site() -> Iterator[Site]:
    with sites.broken() as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def arrives(site: Site, browser: Browser) -> Iterator[Arrives]:
    """Call it for a person; when the test is over, nothing may have gone wrong on their pages."""
    people: list[Person] = []

    def arrive(at: Site = site, **options: Any) -> Person:
        people.append(Person(at, browser, **options))
        return people[-1]

    yield arrive
    for person in people:
        person.leave()
    problems = [problem for person in people for problem in person.watch.problems]
    assert not problems, "\n".join(problems)
