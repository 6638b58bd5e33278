"""The browser or app that a user signed in with, in words that they recognise."""

from django.utils.translation import gettext as _
from ua_parser import parse

LONGEST = 40  # characters of an unknown User-Agent


def in_words(user_agent: str) -> str:
    """For example "Firefox, Windows"; for an unknown program the start of its User-Agent."""
    parsed = parse(user_agent)
    families = [part.family for part in (parsed.user_agent, parsed.os) if part]
    return ", ".join(families) or user_agent[:LONGEST] or _("Unknown program")
