"""What nobody may read in a log line or an error report, and what stands there instead."""

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
    """A text without phone numbers, tokens, the invite code of a link and what follows a `?`."""
    for pattern, instead in INSTEAD:
        text = pattern.sub(instead, text)
    return text


def url(text: str) -> str:
    """The same of a text where a `?` begins a query string and nothing else."""
    return line(QUERY_STRING.sub("", text))


def report(text: str) -> str:
    """A text for somebody else's server: without whatever could be a code, too."""
    return CODE.sub("[code]", url(text))
