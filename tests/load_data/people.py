"""Believable rows, each value by its column: who joined when, and by whose code.

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

Row = dict[str, object]  # the value of each column


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

    All but the first came by a code. A few invite most of the others: half of
    those whom the first did not bring came by one eighth of all who were there.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.every = max(2, size // MOST_INVITED)  # one in so many is invited by the first
        self.chance = random.Random(size)
        self.now = datetime.now(UTC).timestamp()

    def tables(self) -> dict[str, tuple[Iterator[Row], int]]:
        """The rows of each table, and their number."""
        return {
            "users_user": (self.users(), self.size),
            "referrals_invitecode": (self.invite_codes(), self.size),
            "referrals_activation": (self.activations(), self.size - 1),
            "users_signin": (self.sign_ins(), self.size // 3),
            "users_confirmationcode": (self.confirmation_codes(), self.size // 5),
        }

    def joined(self, number: int) -> float:
        """More and more people joined a day."""
        passed = math.sqrt(number / (self.size + 1))
        return self.now - SINCE.total_seconds() * (1 - passed)

    def inviter(self, number: int) -> int:
        if number % self.every == 0 or number < 3:
            return 1
        return 2 + int((number - 2) * self.chance.random() ** 3)

    def users(self) -> Iterator[Row]:
        for number in range(1, self.size + 1):
            name = FIRST_NAMES[number % len(FIRST_NAMES)]
            family = FAMILIES[number * 7 // 3 % len(FAMILIES)] + ("a" if name[-1] == "a" else "")
            email = "" if number % 3 else f"{name}.{family}.{number}@example.com".lower()
            yield {
                "id": number,
                "phone_number": phone_number(number),
                "first_name": name,
                "last_name": family,
                "email": email,
                "date_joined": _at(self.joined(number)),
                "password": UNUSABLE_PASSWORD,
                "avatar": "",
                "is_active": True,
                "is_staff": False,
                "is_superuser": False,
            }

    def invite_codes(self) -> Iterator[Row]:
        for number, code in zip(range(1, self.size + 1), every_invite_code(), strict=False):
            yield {
                "id": number,
                "code": code,
                "owner_id": number,
                "issued_at": _at(self.joined(number)),
            }

    def activations(self) -> Iterator[Row]:
        for number in range(2, self.size + 1):
            inviter = self.inviter(number)
            yield {
                "id": number - 1,
                "invitee_id": number,
                "inviter_id": inviter,
                "invite_code_id": inviter,
                "activated_at": _at(min(self.joined(number) + 300, self.now)),
            }

    def sign_ins(self) -> Iterator[Row]:
        """Every third person has a sign-in."""
        for pk, number in enumerate(range(3, self.size + 1, 3), start=1):
            opened = max(self.joined(number), self.now - 25 * 86400 * self.chance.random())
            used = _at(opened + (self.now - opened) * self.chance.random())
            yield {
                "id": pk,
                "user_id": number,
                "proof_length": 4,
                "generation": number % 50,
                "created_at": _at(opened),
                "rotated_at": used,
                "last_used_at": used,
                "user_agent": f"Referral/1.{number % 9} (Android 14)",
                "ip_address": f"100.64.{number // 256 % 256}.{number % 256}",
            }

    def confirmation_codes(self) -> Iterator[Row]:
        """One code a month for every fifth person, all used."""
        for pk, number in enumerate(range(5, self.size + 1, 5), start=1):
            at = self.now - 3600 - 30 * 86400 * self.chance.random()
            yield {
                "id": pk,
                "phone_number": phone_number(number),
                "purpose": "sign_in",
                "nonce": f"{self.chance.getrandbits(128):032x}",
                "key_id": "00000000",
                "length": 4,
                "created_at": _at(at),
                "expires_at": _at(at + 300),
                "attempts": 1,
                "used_at": _at(at + 30),
                "live": False,
                "charged": True,
                "language": "ru",
                "delivery": "sent",
                "due_at": _at(at),
                "tries": 1,
                "gateway": "simulated",
                "delivery_error": "",
            }


def _at(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()
