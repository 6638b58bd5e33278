"""What the crowd of `tests.system.load` has written down, and whether the database agrees."""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from tests.stack import Cluster
from tests.system.load import SMS

# What a client is told who had no answer, and asks again for what was done.
KNOWN_REFUSALS = {
    ("POST auth/code/", "code_requested_too_soon"),
    ("POST auth/token/", "confirmation_code_expired"),
}


class Line(NamedTuple):
    at: float  # when it was answered
    began: float  # when it was asked for the first time
    number: str
    request: str
    attempt: int
    status: int  # 0: no answer
    code: str
    invite_code: str | None
    activated_at: str | None

    @property
    def is_failed(self) -> bool:
        return self.status == 0 or self.status >= 500


class Journal:
    def __init__(self, path: Path) -> None:
        *lines, _unfinished = path.read_text().split("\n")
        self.lines = [Line(**json.loads(line)) for line in lines]
        self.failed = [line for line in self.lines if line.is_failed]
        self.answered = [line for line in self.lines if not line.is_failed]

    def answered_since(self, at: float) -> Counter[str]:
        """How often each kind of request was answered after this moment."""
        return Counter(line.request for line in self.answered if line.at > at)

    def kinds(self) -> set[str]:
        return {line.request for line in self.lines}

    def recovery(self, over: float) -> float:
        """Seconds after this moment until each kind was answered, and none failed any more.

        A client that asks later waits from then on: a time without requests is not a failure.
        """
        first = {line.request: line for line in reversed(self.answered) if line.at > over}
        waits = [line.at - max(line.began, over) for line in first.values()]
        return max(*waits, *(line.at - over for line in self.failed), 0)

    def longest_wait(self) -> float:
        """Seconds until the first answer after this moment."""
        return max((line.at - line.began for line in self.answered), default=0)

    def unexpected(self) -> list[Line]:
        """Refusals for no reason, which not even a lost answer explains."""
        return [
            line
            for line in self.answered
            if line.status >= 400
            and (line.attempt == 1 or (line.request, line.code) not in KNOWN_REFUSALS)
        ]

    def summary(self, fault: str) -> str:
        causes = Counter((line.request.split("/")[-2], line.status) for line in self.failed)
        told = ", ".join(f"{kind} {status or 'broke'} ×{n}" for (kind, status), n in causes.items())
        return (
            f"{fault:<34}{len(self.lines):>9}{len(self.failed):>8}"
            f"{self.longest_wait():>16.1f}   {told}"
        )


HEADING = f"{'fault':<34}{'requests':>9}{'failed':>8}{'longest wait, s':>16}   what failed"


def activations_not_kept(cluster: Cluster, journal: Journal) -> list[object]:
    """Each that was answered 201 exists, once; one without an answer, once or not at all."""
    asked = {line.number: line.invite_code for line in journal.lines if line.invite_code}
    promised = [line for line in journal.lines if line.invite_code and line.status == 201]
    kept = cluster.query(
        "SELECT phone_number, code, activated_at FROM referrals_activation a"
        " JOIN users_user u ON u.id = a.invitee_id"
        " JOIN referrals_invitecode c ON c.id = a.invite_code_id"
        " WHERE phone_number = ANY(%s)",
        list(asked),
    )
    found = {(number, code, at) for number, code, at in kept}
    return [
        *(line for line in promised if _promise(line) not in found),
        *(row for row in kept if asked[row[0]] != row[1]),
        *(twice for twice in _repeated(number for number, *_ in kept)),
        *(twice for twice in _repeated(line.number for line in promised)),
    ]


def _promise(line: Line) -> tuple[str, str | None, datetime]:
    return line.number, line.invite_code, datetime.fromisoformat(str(line.activated_at))


def people_not_kept(cluster: Cluster, journal: Journal) -> list[object]:
    """Users lost after they got tokens, made unasked, or without exactly one live invite code."""
    token = [line for line in journal.lines if line.request == "POST auth/token/"]
    asked = {line.number for line in token}
    acknowledged = {line.number for line in token if line.status == 200}
    kept = dict(
        cluster.query(
            "SELECT phone_number, count(c.id) FROM users_user u LEFT JOIN referrals_invitecode c"
            " ON c.owner_id = u.id AND c.retired_at IS NULL"
            " WHERE phone_number = ANY(%s) GROUP BY u.id",
            sorted({line.number for line in journal.lines}),
        )
    )
    return [
        *sorted(acknowledged - set(kept)),
        *sorted(set(kept) - asked),
        *(person for person in kept.items() if person[1] != 1),
    ]


def sent_twice(cluster: Cluster) -> list[object]:
    """Codes with two SMS, and numbers with more SMS than codes."""
    sent = [found.groups() for found in SMS.finditer(cluster.log("worker"))]
    rows = Counter(
        number
        for (number,) in cluster.query(
            "SELECT phone_number FROM users_confirmationcode WHERE tries > 0"
        )
    )
    received = Counter(number for number, _ in sent)
    return [
        *_repeated(sent),
        *(number for number, count in received.items() if count > rows[number]),
    ]


def forgotten(cluster: Cluster) -> list[object]:
    """Codes that no worker has tried to send, long after they were asked for."""
    return list(
        cluster.query(
            "SELECT id, delivery, created_at FROM users_confirmationcode"
            " WHERE delivery = 'queued' AND live AND created_at < now() - interval '30 seconds'"
        )
    )


def _repeated(values: object) -> list[object]:
    return [value for value, count in Counter(values).items() if count > 1]  # type: ignore[call-overload]
