"""The program that a user signed in with, in words that they recognise."""

from django.utils.translation import gettext as _
from ua_parser import parse

LONGEST = 40  # characters, of what a program calls itself


def in_words(user_agent: str) -> str:
    """Such as "Firefox, Windows"; for an unknown program the beginning of its User-Agent."""
    parsed = parse(user_agent)
    families = [part.family for part in (parsed.user_agent, parsed.os) if part]
    return ", ".join(families) or user_agent[:LONGEST] or _("Unknown program")
