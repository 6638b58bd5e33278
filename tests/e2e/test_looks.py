"""Every page, in every language, both themes and at both widths."""

import pytest
from django.conf import settings
from playwright.sync_api import Browser, expect

from tests.e2e.cast import Cast
from tests.e2e.looks import everywhere, overflow, take_picture, violations
from tests.e2e.scenes import SCENES
from tests.e2e.site import Site

LANGUAGES = [code for code, _ in settings.LANGUAGES]
# What axe-core finds in pages that others made, and no setting of theirs cures.
EXCUSED = {
    "redoc": {"heading-order"},  # h5 under h2
    "swagger": {"heading-order", "region"},  # h3 under h1; a skip link outside of main
}


@pytest.fixture(scope="session")
def cast(site: Site, browser: Browser, request: pytest.FixtureRequest) -> Cast:
    return Cast(site, lambda: request.getfixturevalue("broken_site"), browser)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scene", SCENES)
def test_a_page_is_for_everybody(cast: Cast, scene: str, language: str) -> None:
    who, opens = SCENES[scene]
    person = getattr(cast, who)
    person.speak(language)
    person.watch.problems.clear()
    found: list[str] = []
    for look in everywhere(person.page, opens):
        expect(person.page.locator("html")).to_have_attribute("lang", language)
        take_picture(person.page, f"{scene}-{language}-{look}")
        wrong = [*violations(person.page, EXCUSED.get(scene, set())), *overflow(person.page)]
        found += [f"{look}: {problem}" for problem in wrong]
    found += person.watch.problems
    assert not found, "\n".join(found)
