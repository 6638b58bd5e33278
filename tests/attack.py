"""`make attack`: the best attackers against the real services, on a moved clock.

Every comparison that the service really makes adds 10^-length to the chance of a
take-over. The promise: for one number at most 0.001 in any 24 hours and 0.05 in any
365 days, under permanent attack. Exits with 1 where it is broken.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import django
import time_machine

DAY, YEAR = timedelta(days=1), timedelta(days=365)
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
LASTS = timedelta(days=425)  # a year and more than two of the longest windows
PROMISE = {DAY: 0.001, YEAR: 0.05}
SPRAYED = 10_000  # numbers

os.environ.update(
    DJANGO_SETTINGS_MODULE="config.settings",
    DEBUG="false",
    SECRET_KEY="attack" * 10,
    SITE_URL="http://127.0.0.1:8000",
    DATABASE_URL="sqlite://:memory:",
    FLOOD_GUARD="false",  # the attacker has as many addresses as they like
    SMS_DELAY="0",
    SMS_PER_DAY="100000000",
    SMS_PER_REGION_PER_DAY="100000000",
    LOG_LEVEL="CRITICAL",
)
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from users.client import Client  # noqa: E402
from users.confirmation import codes  # noqa: E402
from users.exceptions import (  # noqa: E402
    CodeRequestedTooSoon,
    ConfirmationCodeExpired,
    InvalidConfirmationCode,
    TooManyCodes,
)
from users.models import ConfirmationCode, Tally, User  # noqa: E402
from users.sign_ins import signing_in  # noqa: E402

ATTACKER = Client(ip_address="192.0.2.1", user_agent="attack")
OWNER = Client(ip_address="198.51.100.1", user_agent="owner")


class Guess(NamedTuple):
    at: datetime
    chance: float


class Attack:
    """One attacker's year against one number; what they do is their `play`."""

    def __init__(self, clock: time_machine.Traveller, phone_number: str) -> None:
        self.clock = clock
        self.phone_number = phone_number
        self.guesses: list[Guess] = []

    def now(self) -> datetime:
        return datetime.now(UTC)

    def ask(self) -> ConfirmationCode:
        """Asks for a code as soon as one is allowed; the longest wait comes from the budget."""
        while True:
            try:
                return signing_in.request_code(self.phone_number, ATTACKER)
            except (CodeRequestedTooSoon, TooManyCodes) as refusal:
                self.clock.shift(refusal.wait)

    def guess(self, code: ConfirmationCode, times: int = 3) -> None:
        """Enters wrong digits; only what is really compared counts."""
        digits = codes.derive(code)
        wrong = str(9 - int(digits[0])) + digits[1:]
        for _ in range(times):
            try:
                signing_in.sign_in(self.phone_number, wrong, ATTACKER)
            except InvalidConfirmationCode:
                self.guesses.append(Guess(self.now(), 10.0**-code.length))
            except (ConfirmationCodeExpired, TooManyCodes):
                return

    def owner_signs_in(self, code: ConfirmationCode) -> None:
        """The owner got the SMS too: does a success hand guesses back?"""
        signing_in.sign_in(self.phone_number, codes.derive(code), OWNER)

    def wait(self, pause: timedelta) -> None:
        self.clock.shift(pause.total_seconds())


def everything(attack: Attack) -> None:
    """Guesses every code, as soon as it can be had."""
    attack.guess(attack.ask())


def only_short_codes(attack: Attack) -> None:
    """Lets codes of six digits pass, so that the windows empty for those of four."""
    code = attack.ask()
    if code.length == 4:
        attack.guess(code)
    else:
        attack.wait(timedelta(hours=1))


def one_short_of_each_limit(attack: Attack) -> None:
    """Never takes the third attempt, so that no code is ever exhausted."""
    code = attack.ask()
    if code.length == 4:
        attack.guess(code, times=2)
    else:
        attack.wait(timedelta(hours=1))


def at_the_last_moment(attack: Attack) -> None:
    """Guesses in the last second of a code's life: does the window forget it too early?"""
    code = attack.ask()
    if code.length == 4:
        attack.wait(timedelta(seconds=299))
        attack.guess(code)
    else:
        attack.wait(timedelta(minutes=20))


def in_monthly_bursts(attack: Attack) -> None:
    """Empties the month's window at once and comes back the moment it is full again."""
    code = attack.ask()
    if code.length == 4:
        attack.guess(code)
        return
    attack.wait(timedelta(hours=8))


def beside_the_owner(attack: Attack) -> None:
    """Guesses twice, then the owner signs in with the same code."""
    code = attack.ask()
    attack.guess(code, times=2)
    attack.owner_signs_in(code)


def fills_up_with_long_codes(attack: Attack) -> None:
    """Short codes first; long ones on the days that are lost anyway."""
    code = attack.ask()
    lost = (attack.now() - BEGAN).days % 30 > 3
    if code.length == 4 or (lost and (attack.now() - BEGAN).days % 30 < 27):
        attack.guess(code)
    else:
        attack.wait(timedelta(hours=1))


STRATEGIES: list[Callable[[Attack], None]] = [
    everything,
    only_short_codes,
    one_short_of_each_limit,
    at_the_last_moment,
    in_monthly_bursts,
    beside_the_owner,
    fills_up_with_long_codes,
]


def worst(guesses: list[Guess], window: timedelta) -> float:
    """The highest sum of chances in any window of this length."""
    highest, total, first = 0.0, 0.0, 0
    for guess in guesses:
        total += guess.chance
        while guesses[first].at <= guess.at - window:
            total -= guesses[first].chance
            first += 1
        highest = max(highest, total)
    return highest


def besiege(strategy: Callable[[Attack], None], clock: time_machine.Traveller) -> bool:
    """Plays one strategy for its time; says how it went, and whether the promise held."""
    number = f"+7999{STRATEGIES.index(strategy):07}"
    User.objects.create_user(number)
    attack = Attack(clock, number)
    while attack.now() < BEGAN + LASTS:
        strategy(attack)
    return report(strategy.__name__, attack.guesses)


def report(name: str, guesses: list[Guess]) -> bool:
    chances = {window: worst(guesses, window) for window in PROMISE}
    kept = all(chances[window] < PROMISE[window] for window in PROMISE)
    print(
        f"  {name:<26} {len(guesses):>6} comparisons   24 h {chances[DAY]:.6f}"
        f"   365 d {chances[YEAR]:.5f}   {'kept' if kept else 'BROKEN'}",
        flush=True,
    )
    return kept


def spray(clock: time_machine.Traveller) -> bool:
    """Three guesses at each of 10,000 numbers in a day, then as many again the next day."""
    guesses: list[Guess] = []
    short = 0
    for number in range(SPRAYED):
        attack = Attack(clock, f"+7988{number:07}")
        attack.guess(attack.ask())
        clock.shift(DAY.total_seconds() / SPRAYED)
        short += sum(guess.chance == 10.0**-4 for guess in attack.guesses)
        guesses += attack.guesses
    allowed = settings.SPRAY_LIMIT + settings.CONFIRMATION_CODE_ATTEMPTS
    expected = sum(guess.chance for guess in guesses)
    print(
        f"  spray over {SPRAYED} numbers: {len(guesses)} comparisons, {short} at four digits"
        f" (at most {allowed}), {expected:.3f} accounts expected a day",
        flush=True,
    )
    return short <= allowed


def prepare(folder: str) -> None:
    """Each process has a database of its own, in its memory."""
    settings.SMS_INBOX_FILE = Path(folder) / f"inbox-{os.getpid()}.jsonl"
    call_command("migrate", verbosity=0)


def play(attack: Callable[[time_machine.Traveller], bool]) -> bool:
    with time_machine.travel(BEGAN, tick=False) as clock:
        Tally.objects.all().delete()
        return attack(clock)


def main() -> int:
    attacks = [spray, *(partial(besiege, strategy) for strategy in STRATEGIES)]
    print("A year of permanent guessing at one number; promised: 24 h 0.001, 365 d 0.05")
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), prepare, (folder,)) as processes,
    ):
        kept = list(processes.map(play, attacks))
    print("The promise was kept." if all(kept) else "The promise was BROKEN.")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
