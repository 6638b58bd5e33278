"""The part of README.md that holds the examples."""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.examples.markdown import as_curl, as_http, folded
from tests.examples.recording import API, Exchange
from tests.examples.stand_ins import StandIns

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- examples -->", "<!-- /examples -->"
METHODS = ("get", "post", "put", "patch", "delete")
SUBJECTS = {
    "Signing in": r"\w+ auth/",
    "Profile": r"\w+ users/me/",
    "Referrals": r"\w+ referrals/",
    "Staff": r"\w+ users/(?!me/)",
    "More": r"\w+ (?!auth/|users/|referrals/)",
}
INBOX = "GET /dev/sms/"
SIGNING_IN = ("POST auth/code/", INBOX, "POST auth/token/", "GET referrals/code/")
INTRODUCTION = "A user asks for a code, reads it, signs in and takes out the invite code:"
ACTIVATING = "Another user, signed in the same way, activates it:"
EXPLANATION = (
    "Every operation, with its answer and typical refusals. "
    "Tokens and other long values are cut short."
)

Examples = dict[str, list[Exchange]]


def examples_of(readme: str) -> str:
    return readme.partition(BEGIN)[2].partition(END)[0].strip()


def with_examples(readme: str, examples: str) -> str:
    before, after = readme.partition(BEGIN)[0], readme.partition(END)[2]
    return f"{before}{BEGIN}\n{examples}\n{END}{after}"


def operations(schema: dict[str, Any]) -> dict[str, str]:
    """The summary of each operation, by its method and its path below `/api/v1/`."""
    return {
        f"{method.upper()} {path.lstrip('/')}": operation["summary"]
        for path, item in schema["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def write(summaries: dict[str, str], exchanges: list[Exchange], stand_ins: StandIns) -> str:
    examples = by_operation(exchanges, summaries)
    if missing := sorted(summaries.keys() - examples.keys()):
        sys.exit(f"Add to tests/examples/story.py: {', '.join(missing)}")
    parts = [*_quick_start(examples, stand_ins), EXPLANATION]
    for subject, operation_pattern in SUBJECTS.items():
        blocks = [
            folded(operation, summaries[operation], (as_http(one, stand_ins) for one in shown))
            for operation, shown in examples.items()
            if operation != INBOX and re.match(operation_pattern, operation)
        ]
        parts += [f"#### {subject}", *blocks] if blocks else []
    return "\n\n".join(parts)


def by_operation(exchanges: Iterable[Exchange], operations: Iterable[str]) -> Examples:
    """The first exchange with each status, successes first."""
    patterns = {one: re.sub(r"{\w+}", r"[0-9]+", one) for one in operations} | {INBOX: INBOX}
    found: dict[str, dict[int, Exchange]] = {}
    for exchange in exchanges:
        path = exchange.path.partition("?")[0].removeprefix(API)
        for operation, pattern in patterns.items():
            if re.fullmatch(pattern, f"{exchange.method} {path}"):
                found.setdefault(operation, {}).setdefault(exchange.status, exchange)
    return {one: sorted(shown.values(), key=_is_refusal) for one, shown in found.items()}


def _is_refusal(exchange: Exchange) -> bool:
    return exchange.status >= 400


def _quick_start(examples: Examples, stand_ins: StandIns) -> Iterator[str]:
    commands = [as_curl(examples[operation][0], stand_ins) for operation in SIGNING_IN]
    activation = as_curl(examples["POST referrals/activate/"][0], stand_ins)
    yield INTRODUCTION
    yield "```console\n" + "\n\n".join(commands) + "\n```"
    yield ACTIVATING
    yield f"```console\n{activation}\n```"
