"""Invite codes: their alphabet, how they are drawn, and how they are read."""

import re
import secrets
import unicodedata

from django.utils.translation import gettext_lazy as _

DIGITS = "23456789"
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ"
ALPHABET = DIGITS + LETTERS  # no 0 O 1 I L U, which are easily misread
LENGTH = 6
LONGER_LENGTH = 7  # used when too many codes of six symbols are taken

CODE = re.compile(rf"(?=.*[{DIGITS}])(?=.*[{LETTERS}])[{ALPHABET}]{{{LENGTH},{LONGER_LENGTH}}}")
LINK = re.compile(r"https?://[^/\s]+/i/([^/?#\s]+)/?(?:[?#]\S*)?", re.IGNORECASE)
SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212_]+")
LOOK_ALIKES = str.maketrans("АВЕЗКМНОРСТУХ", "ABE3KMHOPCTYX")
LONGEST_INPUT = 500  # characters; an invite link with tracking parameters fits
NOT_A_CODE = _("This is not an invite code: it has six letters and digits, like A2B3C4.")


def draw(length: int = LENGTH) -> str:
    """Draws a code at random, with at least one digit and one letter."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(length))
        if CODE.fullmatch(code):
            return code


def normalise(text: str) -> str | None:
    """Returns the code that a user meant, or None if the text cannot be a code.

    Takes any case, spaces and dashes, full-width forms, Cyrillic letters that
    look Latin, and a whole pasted invite link.
    """
    if len(text) > LONGEST_INPUT:
        return None
    text = unicodedata.normalize("NFKC", text).strip()
    link = LINK.fullmatch(text)
    code = SEPARATORS.sub("", link[1] if link else text).upper().translate(LOOK_ALIKES)
    return code if CODE.fullmatch(code) else None
