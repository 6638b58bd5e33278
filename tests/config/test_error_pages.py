"""What nginx itself says is written from the translations, for every error that it knows."""

import re

import pytest
from django.conf import settings

from config import error_pages

TEMPLATE = settings.BASE_DIR / "nginx" / "templates" / "site.conf.template"


def codes_of_nginx() -> set[str]:
    [inside] = re.findall(r"map \$status \$error_code \{(.*?)\}", TEMPLATE.read_text(), re.DOTALL)
    return set(re.findall(r"(\w+);", inside))


def test_the_file_is_up_to_date() -> None:
    """Run `make messages` after a change of the texts or the languages."""
    assert error_pages.FILE.read_text(encoding="utf-8") == error_pages.render()


def test_every_error_of_nginx_has_words() -> None:
    assert codes_of_nginx() == set(error_pages.DETAILS)


@pytest.mark.parametrize("text", ['say "no"', "$status", "back\\slash"])
def test_what_would_break_nginx_or_json_is_refused(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(error_pages.DETAILS, "not_found", text)
    with pytest.raises(ValueError, match="nginx cannot say"):
        error_pages.render()
