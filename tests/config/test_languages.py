"""No list of languages is kept by hand: each follows LANGUAGES or the folders of locale/."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import to_locale

ROOT = settings.BASE_DIR


def folders() -> set[str]:
    return {folder.name for folder in (ROOT / "locale").iterdir()}


def test_every_language_but_that_of_the_code_has_its_folder() -> None:
    translated = {code for code, _ in settings.LANGUAGES} - {settings.LANGUAGE_CODE}
    assert {to_locale(code) for code in translated} == folders()


BY_HAND = ["Makefile", "Dockerfile", ".ci/run", "nginx/templates/site.conf.template"]


@pytest.mark.parametrize("name", BY_HAND)
def test_no_language_is_named_by_hand(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = [code for code in folders() if re.search(rf"\b{code}\b", text)]
    assert named == [], f"{name} must follow the folders of locale/"
    assert not re.search("[А-Яа-я]", text)


def dockerfile_command() -> str:
    """The commands of the Dockerfile that remove languages."""
    commands: list[str] = re.findall(
        r"find /venv/lib -path '\*/locale/\*/LC_MESSAGES'.*?\\;",
        (ROOT / "Dockerfile").read_text(),
        re.DOTALL,
    )
    [command] = commands
    return command.replace("\\\n", "")


def test_the_image_keeps_the_languages_of_the_site(tmp_path: Path) -> None:
    for language in ("ru", "de"):
        (tmp_path / "app" / "locale" / language).mkdir(parents=True)
    library = tmp_path / "lib" / "django" / "locale"
    for language in ("en", "ru", "de", "de_AT", "fr"):
        (library / language / "LC_MESSAGES").mkdir(parents=True)
        (library / language / "LC_MESSAGES" / "django.mo").touch()
    command = dockerfile_command().replace("/venv/lib", str(tmp_path / "lib"))
    subprocess.run(["sh", "-ec", command], cwd=tmp_path / "app", check=True)
    kept = {catalogue.parts[-3] for catalogue in library.rglob("django.mo")}
    assert kept == {"en", "ru", "de"}
