"""Collected files have names that change with their content; other files keep theirs."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from config.static import HashedStorage

HASHED = re.compile(r"/static/css/site\.[0-9a-f]{12}\.css")


@pytest.fixture
def collected(settings: Settings, tmp_path: Path) -> Path:
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_a_collected_file_is_named_by_its_content(collected: Path) -> None:
    url = HashedStorage().url("css/site.css")
    assert HASHED.fullmatch(url)
    assert (collected / url.removeprefix("/static/")).is_file()
    assert (collected / "css/site.css").is_file()


def test_scripts_and_styles_import_files_by_these_names(collected: Path) -> None:
    [script] = collected.glob("js/sign-ins.*.js")
    imported = re.search(r'from "\./(times\.[0-9a-f]{12}\.js)"', script.read_text())
    assert imported
    assert (script.parent / imported[1]).is_file()
    [style] = collected.glob("admin/css/base.*.css")
    assert re.search(r"icon-yes\.[0-9a-f]{12}\.svg", style.read_text())


def test_a_file_that_was_not_collected_keeps_its_name(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    assert HashedStorage().url("css/site.css") == "/static/css/site.css"
    assert HashedStorage().url("nowhere.js") == "/static/nowhere.js"
    assert HashedStorage().url("drf-yasg/swagger-ui-dist/") == "/static/drf-yasg/swagger-ui-dist/"


def test_in_development_names_are_unchanged(settings: Settings, collected: Path) -> None:
    settings.DEBUG = True
    assert HashedStorage().url("css/site.css") == "/static/css/site.css"
