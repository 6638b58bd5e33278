"""The running site, Debian's Chromium, and people who use them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e import site as sites
from tests.e2e.chromium import chromium
from tests.e2e.people import PATIENCE, Person
from tests.e2e.site import Site

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
    with chromium() as started:
        yield started


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
