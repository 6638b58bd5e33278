"""One version: of the code, the changelog, the API and the health check."""

import re
import tomllib

import pytest
from rest_framework.test import APIClient

from config import __version__
from tests.config.test_checks import ROOT

CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
RELEASES = re.findall(r"^## \[(.+?)\](?: - (\d{4}-\d{2}-\d{2}))?$", CHANGELOG, re.MULTILINE)


def test_the_version_is_the_newest_release() -> None:
    (unreleased, no_date), (newest, date), *_ = RELEASES
    assert (unreleased, no_date) == ("Unreleased", "")
    assert (newest, bool(date)) == (__version__, True)


def test_it_is_a_semantic_version() -> None:
    assert re.fullmatch(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", __version__)


def test_the_package_takes_it_from_the_code() -> None:
    package = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert package["project"]["dynamic"] == ["version"]
    assert package["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "config.__version__"}


@pytest.mark.django_db
def test_the_schema_says_it() -> None:
    assert APIClient().get("/swagger.json").json()["info"]["version"] == __version__


def test_the_answers_in_the_postman_collection_say_it() -> None:
    collection = (ROOT / "ReferralSystem.postman_collection.json").read_text(encoding="utf-8")
    recorded = re.findall(r'\\"version\\": \\"(.+?)\\"', collection)
    assert recorded == [__version__] * 2
