"""People who sign in, activate invite codes and read their profiles, all at once.

`python -m tests.system.load URL WORKER_LOG JOURNAL SERIES` runs until it is told to stop
(SIGTERM), and lets all of them finish then. A phone number asks for one code. Who gets no
answer, or a 5xx, tries again, as a patient client would; each try is a line of the journal.
"""

import itertools
import json
import random
import re
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx

THREADS = 12
WAITING = 60  # people at most who wait for an SMS at one time
SOON = 5  # seconds; a person who waits longer is not counted
PATIENCE = 30  # seconds until a person gives up: longer than a lost message takes to be found
SMS = re.compile(r"SMS to (\+\d+): .*?#(\d{6})")

Answer = tuple[int, dict[str, Any]]


class Crowd:
    def __init__(self, url: str, worker_log: Path, journal: Path, series: int) -> None:
        self.url, self.worker_log = url, worker_log
        self.journal = journal.open("a", buffering=1)
        self.numbers = (f"+7999{series:02}{n:05}" for n in itertools.count())
        self.lock = threading.Lock()
        self.leaving = threading.Event()
        self.received: dict[str, str] = {}
        self.invite_codes: list[str] = []
        self.waiting: list[Person] = []

    def run(self) -> None:
        signal.signal(signal.SIGTERM, lambda *_: self.leaving.set())
        threading.Thread(target=self.read_sms, daemon=True).start()
        threads = [threading.Thread(target=self.live, args=[n]) for n in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def read_sms(self) -> None:
        """The phones: what the simulated gateway has delivered stands in the worker's log."""
        with self.worker_log.open() as log:
            unfinished = ""
            while True:
                *lines, unfinished = (unfinished + log.read()).split("\n")
                for line in lines:
                    if sms := SMS.search(line):
                        self.received[sms[1]] = sms[2]
                time.sleep(0.05)

    def live(self, thread: int) -> None:
        """One of the threads: each has an address of its own, as people have."""
        transport = httpx.HTTPTransport(local_address=f"127.0.1.{thread + 1}")
        with httpx.Client(base_url=f"{self.url}/api/v1/", timeout=30, transport=transport) as web:
            while not self.leaving.is_set() or self.waiting:
                if person := self.next_with_sms():
                    person.go_on(web)
                elif not self.leaving.is_set() and not self.is_crowded():
                    self.newcomer().ask_for_code(web)
                else:
                    time.sleep(0.02)

    def is_crowded(self) -> bool:
        soon = time.monotonic() - SOON
        return sum(person.asked_at > soon for person in self.waiting) >= WAITING

    def newcomer(self) -> "Person":
        with self.lock:
            return Person(self, next(self.numbers))

    def next_with_sms(self) -> "Person | None":
        """The people who have received an SMS; those who have waited too long leave."""
        now = time.monotonic()
        with self.lock:
            self.waiting = [person for person in self.waiting if now < person.asked_at + PATIENCE]
            for person in self.waiting:
                if person.number in self.received:
                    self.waiting.remove(person)
                    return person
        return None

    def write(self, **line: Any) -> None:
        with self.lock:
            self.journal.write(json.dumps({"at": time.monotonic(), **line}) + "\n")


class Person:
    def __init__(self, crowd: Crowd, number: str) -> None:
        self.crowd, self.number = crowd, number
        self.asked_at = time.monotonic()
        self.headers: dict[str, str] = {}

    def ask_for_code(self, web: httpx.Client) -> None:
        self.ask(web, "POST", "auth/code/", phone_number=self.number, code_length=6)
        with self.crowd.lock:
            self.crowd.waiting.append(self)

    def go_on(self, web: httpx.Client) -> None:
        code = self.crowd.received[self.number]
        body = {"phone_number": self.number, "confirmation_code": code}
        status, tokens = self.ask(web, "POST", "auth/token/", **body)
        if status != 200:
            return
        self.headers = {"Authorization": f"Bearer {tokens['access']}"}
        _, profile = self.ask(web, "GET", "users/me/")
        known = self.crowd.invite_codes[-50:]
        if known:
            self.ask(web, "POST", "referrals/activate/", invite_code=random.choice(known))
        if "invite_code" in profile:
            self.crowd.invite_codes.append(profile["invite_code"])
        self.ask(web, "PATCH", "users/me/", first_name="Alice")
        self.ask(web, "GET", "users/me/")
        self.ask(web, "GET", "referrals/invited/")

    def ask(self, web: httpx.Client, method: str, path: str, **body: str | int) -> Answer:
        """Asks until there is an answer below 500."""
        began = time.monotonic()
        for attempt in itertools.count(1):
            status, answer = self.try_once(web, method, path, body)
            self.crowd.write(
                number=self.number,
                began=began,
                request=f"{method} {path}",
                attempt=attempt,
                status=status,
                code=answer.get("code", ""),
                invite_code=body.get("invite_code"),
                activated_at=answer.get("activated_at"),
            )
            if 0 < status < 500 or time.monotonic() > began + PATIENCE:
                break
            time.sleep(random.uniform(0.1, 0.4))
        return status, answer

    def try_once(self, web: httpx.Client, method: str, path: str, body: dict[str, Any]) -> Answer:
        try:
            response = web.request(method, path, json=body or None, headers=self.headers)
        except httpx.TransportError as error:
            return 0, {"code": type(error).__name__}
        try:
            return response.status_code, response.json()
        except ValueError:
            return response.status_code, {"code": "not JSON"}


if __name__ == "__main__":
    url, worker_log, journal, series = sys.argv[1:]
    Crowd(url, Path(worker_log), Path(journal), int(series)).run()
