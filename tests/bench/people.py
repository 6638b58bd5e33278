"""The people under measurement, beside those who were loaded: each just signed in."""

import random
import sys
from datetime import timedelta
from itertools import count
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from referrals import invite_codes
from referrals.models import Activation, InviteCode
from tests.load_data.people import NUMBERS, UNUSABLE_PASSWORD, phone_number
from users import keys
from users.confirmation import codes
from users.models import ConfirmationCode, Delivery, Purpose, SignIn, User
from users.sign_ins import browser, tokens

LOADED_AT_MOST = NUMBERS // 2
AT_ONCE = 2_000  # rows


class People:
    """Makes people and what they hold; every run begins at a phone number of its own."""

    def __init__(self) -> None:
        self.chance = random.Random()
        self.unused = count(self.chance.randrange(LOADED_AT_MOST, NUMBERS * 9 // 10))
        ids = User.objects.order_by("-id").values_list("id", flat=True)
        self.largest_loaded = ids.first() or sys.exit("Nobody is there yet: see make load-data.")

    def numbers(self, many: int) -> list[str]:
        """Phone numbers of nobody."""
        return [phone_number(next(self.unused)) for _ in range(many)]

    def new(self, many: int, **fields: Any) -> list[User]:
        people = [
            User(phone_number=number, password=UNUSABLE_PASSWORD, **fields)
            for number in self.numbers(many)
        ]
        User.objects.bulk_create(people, AT_ONCE)
        drawn = [InviteCode(owner=person, code=_long_code()) for person in people]
        InviteCode.objects.bulk_create(drawn, AT_ONCE)
        return people

    def sign_ins(self, people: list[User], proof_length: int = 4) -> list[SignIn]:
        now = timezone.now()
        times = {"rotated_at": now, "created_at": now, "last_used_at": now}
        opened = [SignIn(user=user, proof_length=proof_length, **times) for user in people]
        return SignIn.objects.bulk_create(opened, AT_ONCE)

    def access(self, people: list[User], proof_length: int = 4) -> list[str]:
        return [tokens.pair(s).access for s in self.sign_ins(people, proof_length)]

    def sessions(self, people: list[User]) -> list[str]:
        """A browser's session for each."""
        return [_session(sign_in) for sign_in in self.sign_ins(people)]

    def refresh(self, people: list[User]) -> list[str]:
        return [tokens.pair(sign_in).refresh for sign_in in self.sign_ins(people)]

    def confirmation_codes(self, people: list[User]) -> list[tuple[str, str]]:
        """A live code for each: the phone number, and the digits that its SMS would hold."""
        now, [key, *_] = timezone.now(), keys.derive("codes")
        rows = [
            ConfirmationCode(
                phone_number=user.phone_number,
                purpose=Purpose.SIGN_IN,
                nonce=f"{self.chance.getrandbits(128):032x}",
                key_id=keys.name(key),
                length=4,
                delivery=Delivery.SENT,  # or beat would have the worker send them
                created_at=now,
                expires_at=now + timedelta(seconds=300),
            )
            for user in people
        ]
        ConfirmationCode.objects.bulk_create(rows, AT_ONCE)
        return [(row.phone_number, codes.derive(row)) for row in rows]

    def inviter_of(self, many: int) -> User:
        """Somebody with exactly so many invitees."""
        [inviter, *invitees] = self.new(1 + many)
        code = InviteCode.objects.get(owner=inviter)
        Activation.objects.bulk_create(
            [Activation(invitee=user, inviter=inviter, invite_code=code) for user in invitees],
            AT_ONCE,
        )
        return inviter

    def most_popular(self) -> User:
        """The first one loaded, who has invited the most."""
        return User.objects.get(pk=1)

    def some_codes(self, many: int) -> list[str]:
        """Invite codes of as many people, drawn at random from those who were loaded."""
        drawn = {self.chance.randint(1, self.largest_loaded) for _ in range(many)}
        found = InviteCode.objects.open().filter(owner__in=drawn).values_list("code", flat=True)
        return [code for code in found if invite_codes.normalise(code)]  # ours are too long


def _long_code() -> str:
    """Twice as long as any, so that of millions no two are the same."""
    return invite_codes.draw(7) + invite_codes.draw(7)


def _session(sign_in: SignIn) -> str:
    store = SessionStore()
    store[browser.SESSION_KEY] = sign_in.pk
    store.create()
    return str(store.session_key)
