"""Replaces what differs between two runs, so that the same story always gives the same text."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

SITE = "http://127.0.0.1:8000"
BEGINNING = datetime(2026, 11, 21, 9, 17, tzinfo=UTC)
STEP = timedelta(seconds=5)  # from one request of the story to the next
FRACTION = "480215"
CODE_LIFETIME = timedelta(seconds=300)  # the end of a code is the only time in the future
MILLISECOND = timedelta(milliseconds=1)  # the inbox cuts its times there
INVITE_CODES = ("KMKWS2", "7QH4ZD", "P3XN8V", "W9T2RB", "C6JG5M", "4VYA7K")
CONFIRMATION_CODES = {4: "7634", 6: "481902"}

IN_AN_ANSWER = re.compile(r'"(invite|confirmation)_code": ?"(\w+)"')
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"
TIME_OF_A_FILE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"
DATE = r"\d{4}-\d\d-\d\d"
TOKEN = r"eyJ[\w-]{20,}\.[\w-]+\.[\w-]+"
CURSOR = r"(?<=cursor=)[\w-]{20,}[^&\"]*"
SUBJECT_KEY = r"(?<=[0-9]-)[0-9a-f]{20}\b"
AVATAR = r"(?<=/avatars/)[\w-]+"


class StandIns:
    def __init__(self, site: str, moments: list[datetime], answers: Iterable[str]) -> None:
        self._moments = moments
        self._codes = _codes(answers)
        self._rules: dict[str, Callable[[str], str]] = {
            re.escape(site): lambda _: SITE,
            TIME: self._time,
            TIME_OF_A_FILE: lambda _: (BEGINNING + CODE_LIFETIME / 5).isoformat(),
            DATE: self._date,
            TOKEN: lambda _: "eyJhbGciOi…",
            CURSOR: lambda _: "W2ZhbHNlLF…",
            SUBJECT_KEY: lambda _: "5b0c7f9e2d4a8136cf01",
            AVATAR: lambda _: "6f0c2a91",
            rf"\b(?:{'|'.join(self._codes) or '(?!)'})\b": self._codes.__getitem__,
        }
        self._pattern = re.compile("|".join(f"({rule})" for rule in self._rules))

    def put_into(self, text: str) -> str:
        replacements = list(self._rules.values())

        def replace(found: re.Match[str]) -> str:
            assert found.lastindex
            return replacements[found.lastindex - 1](found[0])

        return self._pattern.sub(replace, text)

    def _time(self, text: str) -> str:
        moment = datetime.fromisoformat(text)
        if moment < self._moments[0]:
            return text  # the story says it itself
        digits = len(text.partition(".")[2].rstrip("Z"))
        return f"{self._in_the_story(moment):%Y-%m-%dT%H:%M:%S}.{FRACTION[:digits]}Z"

    def _in_the_story(self, moment: datetime) -> datetime:
        if moment > self._moments[-1] + CODE_LIFETIME / 2:
            return self._in_the_story(moment - CODE_LIFETIME) + CODE_LIFETIME
        return BEGINNING + STEP * bisect_right(self._moments, moment + MILLISECOND)

    def _date(self, text: str) -> str:
        today = self._moments[0].date()
        return (BEGINNING.date() + (date.fromisoformat(text) - today)).isoformat()


def _codes(answers: Iterable[str]) -> dict[str, str]:
    """Each code that the server has drawn, and its stand-in."""
    codes: dict[str, str] = {}
    unused = iter(INVITE_CODES)
    for kind, code in IN_AN_ANSWER.findall("\n".join(answers)):
        if code not in codes:
            codes[code] = next(unused) if kind == "invite" else CONFIRMATION_CODES[len(code)]
    return codes
