"""Believable rows, as lines of COPY: who joined when, and by whose code.

Nothing is remembered about a row once it is written, however many there are: phone
numbers and invite codes are a shuffled count, so that none occurs twice.
"""

import math
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache

from referrals import invite_codes

FIRST_NAMES = "Anna Boris Vera Gleb Daria Egor Zoya Ivan Kira Lev Maria Nikolai Olga Pavel".split()
FAMILIES = "Aksenov Belov Vlasov Gromov Denisov Efimov Zhukov Karpov Lebedev Morozov".split()
OPERATORS = [  # whose numbers are all of mobile phones: not so 930
    *[*range(902, 907), *range(908, 930), 981, *range(931, 940), *range(950, 954)],
    *[*range(960, 970), 977, 999],
]
SUBSCRIBERS = 10**7  # numbers of one operator's prefix
NUMBERS = SUBSCRIBERS * len(OPERATORS)
STRIDE = 2_654_435_761  # a prime: counted by it, nothing comes twice
MOST_INVITED = 1_000_000  # people who came by one code
UNUSABLE_PASSWORD = "!" + "x" * 40
SINCE = timedelta(days=730)
NULL = r"\N"


def phone_number(number: int) -> str:
    operator, subscriber = divmod(number * STRIDE % NUMBERS, SUBSCRIBERS)
    return f"+7{OPERATORS[operator]}{subscriber:07}"


def every_invite_code() -> Iterator[str]:
    """Every code of six symbols once, shuffled."""
    triples = _triples()
    size = len(triples)
    for number in range(size**2):
        code = "".join(triples[half] for half in divmod(number * STRIDE % size**2, size))
        if not code.isalpha() and not code.isdigit():
            yield code


@cache
def _triples() -> list[str]:
    symbols = invite_codes.ALPHABET
    return [a + b + c for a in symbols for b in symbols for c in symbols]


class Crowd:
    """People numbered from 1 in the order they joined; the first has invited the most.

    Everybody but the first came by a code. A few invite most of the others: half of
    those whom the first did not bring came by one eighth of all who were there.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.every = max(2, size // MOST_INVITED)  # the how-manieth came by the first one's code
        self.chance = random.Random(size)
        self.now = datetime.now(UTC).timestamp()

    def joined(self, number: int) -> float:
        """More and more people joined a day."""
        passed = math.sqrt(number / (self.size + 1))
        return self.now - SINCE.total_seconds() * (1 - passed)

    def inviter(self, number: int) -> int:
        if number % self.every == 0 or number < 3:
            return 1
        return 2 + int((number - 2) * self.chance.random() ** 3)

    def users(self) -> Iterator[str]:
        for number in range(1, self.size + 1):
            name = FIRST_NAMES[number % len(FIRST_NAMES)]
            family = FAMILIES[number * 7 // 3 % len(FAMILIES)] + ("a" if name[-1] == "a" else "")
            email = "" if number % 3 else f"{name}.{family}.{number}@example.com".lower()
            yield (
                f"{number}\t{phone_number(number)}\t{name}\t{family}\t{email}"
                f"\t{_at(self.joined(number))}\t{UNUSABLE_PASSWORD}\t\tt\tf\tf\n"
            )

    def invite_codes(self) -> Iterator[str]:
        for number, code in zip(range(1, self.size + 1), every_invite_code(), strict=False):
            yield f"{number}\t{code}\t{number}\t{_at(self.joined(number))}\n"

    def activations(self) -> Iterator[str]:
        for number in range(2, self.size + 1):
            inviter = self.inviter(number)
            at = _at(min(self.joined(number) + 300, self.now))
            yield f"{number - 1}\t{number}\t{inviter}\t{inviter}\t{at}\n"

    def sign_ins(self) -> Iterator[str]:
        """Every third person is signed in somewhere."""
        for pk, number in enumerate(range(3, self.size + 1, 3), start=1):
            opened = max(self.joined(number), self.now - 25 * 86400 * self.chance.random())
            used = opened + (self.now - opened) * self.chance.random()
            yield (
                f"{pk}\t{number}\t4\t{number % 50}\t{_at(opened)}\t{_at(used)}\t{_at(used)}"
                f"\tReferral/1.{number % 9} (Android 14)"
                f"\t100.64.{number // 256 % 256}.{number % 256}\n"
            )

    def confirmation_codes(self) -> Iterator[str]:
        """One a month for every fifth person, all used."""
        for pk, number in enumerate(range(5, self.size + 1, 5), start=1):
            at = self.now - 3600 - 30 * 86400 * self.chance.random()
            yield (
                f"{pk}\t{phone_number(number)}\tsign_in\t{self.chance.getrandbits(128):032x}"
                f"\t00000000\t4\t{_at(at)}\t{_at(at + 300)}\t1\t{_at(at + 30)}\tf\tt\tru\tsent"
                f"\t{_at(at)}\t1\tsimulated\t\n"
            )


def _at(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()
