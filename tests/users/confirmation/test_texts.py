"""What the SMS say: one segment each, in each language, whatever the domain."""

import pytest
from django.utils.translation import override
from pytest_django import Settings

from tests.conftest import LANGUAGES
from users.confirmation import texts

DIGITS = ["4321", "654321"]
DOMAIN = "abcdefghi." * 26  # 253 characters are the longest (RFC 1035)


def confirmation(language: str, digits: str) -> str:
    with override(language):
        return texts.confirmation(digits)


def room(text: str) -> int:
    """How many characters of such letters one segment takes (3GPP TS 23.038)."""
    return 160 if text.isascii() else 70


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Your code is 4321. Do not share it."),
        ("ru", "Код: 4321. Никому не сообщайте."),
    ],
)
def test_a_browser_finds_domain_and_code_in_the_last_line(
    settings: Settings, language: str, sentence: str
) -> None:
    settings.SITE_HOST = "example.org"
    assert confirmation(language, "4321") == f"{sentence}\n\n@example.org #4321"


@pytest.mark.parametrize("digits", DIGITS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_domain_leaves_one_segment_that_holds_the_code(
    settings: Settings, language: str, digits: str
) -> None:
    for length in range(1, 254):
        settings.SITE_HOST = DOMAIN[:length]
        text = confirmation(language, digits)
        assert len(text) <= room(text)
        assert digits in text.splitlines()[0]
        assert text.count("\n") in (0, 2)


@pytest.mark.parametrize("digits", DIGITS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_line_goes_last(settings: Settings, language: str, digits: str) -> None:
    """First the warning makes room, and then only what does not fit at all is left out."""
    settings.SITE_HOST = ""
    sentence = confirmation(language, digits).splitlines()[0]
    settings.SITE_HOST = DOMAIN[:253]
    short = confirmation(language, digits)
    for length in range(1, 254):
        settings.SITE_HOST = DOMAIN[:length]
        last_line = f"\n\n@{DOMAIN[:length]} #{digits}"
        fitting = [f for f in (sentence, short) if len(f + last_line) <= room(f)]
        expected = fitting[0] + last_line if fitting else short
        assert confirmation(language, digits) == expected


def test_a_domain_in_cyrillic_counts_in_full(settings: Settings) -> None:
    settings.SITE_HOST = "пример.рф"
    assert confirmation("en", "654321").endswith("\n\n@пример.рф #654321")
    settings.SITE_HOST = "п" * 60
    assert confirmation("en", "654321") == "Code: 654321"


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("@" * 160, True),
        ("@" * 161, False),
        ("\n" * 160, True),
        ("é" * 160, True),
        ("ё" * 70, True),
        ("ё" * 71, False),
        ("a" * 70 + "ё", False),
        ("{" * 71, False),  # two places each in GSM-7, so it is never relied on
    ],
)
def test_a_segment_has_160_letters_of_gsm_or_70_of_any(text: str, fits: bool) -> None:
    assert texts.is_one_segment(text) is fits


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_note_to_an_old_number_is_one_segment(language: str) -> None:
    with override(language):
        note = texts.phone_changed()
    assert note.isascii() is (language == "en")
    assert len(note) <= room(note)
