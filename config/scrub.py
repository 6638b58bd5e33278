"""Removes personal data and secrets from log lines and error reports."""

import re

NUMBER = re.compile(r"(?<![0-9A-Za-z])\+?[0-9](?:[ ()-]{0,2}[0-9]){9,14}(?![0-9A-Za-z])")
TOKEN = re.compile(r"[\w-]{8,}\.[\w-]{8,}\.[\w-]{16,}")  # a JWT
CODE = re.compile(r"(?<![0-9A-Za-z])[0-9]{4,6}(?![0-9A-Za-z])")
INVITE = re.compile(r"(/i/)[^/\s\"'?]+")
PARAMETERS = re.compile(r"\?[^\s\"'=]*=[^\s\"']*")
QUERY_STRING = re.compile(r"\?[^\s\"']*")
INSTEAD = [
    (PARAMETERS, ""),  # phone numbers travel in them, in any spelling
    (TOKEN, "[token]"),
    (NUMBER, "[number]"),
    (INVITE, r"\1[code]"),
]


def line(text: str) -> str:
    """A text without phone numbers, tokens, the invite codes of links and what follows a `?`."""
    for pattern, instead in INSTEAD:
        text = pattern.sub(instead, text)
    return text


def url(text: str) -> str:
    """The same for a text in which a `?` always begins a query string."""
    return line(QUERY_STRING.sub("", text))


def report(text: str) -> str:
    """A text for another company's server: also without anything that could be a code."""
    return CODE.sub("[code]", url(text))
