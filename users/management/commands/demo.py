"""`manage.py demo`: believable users who invited each other over the last 90 days."""

import random
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from referrals.models import Activation
from referrals.services import activate, live_invite_code
from users.models import User

FIRST_NAMES = "Anna Boris Vera Gleb Daria Egor Zoya Ivan Kira Lev Maria Nikolai Olga Pavel".split()
FAMILIES = "Aksenov Belov Vlasov Gromov Denisov Efimov Zhukov Karpov Lebedev Morozov".split()
DAYS = 90
INVITED = 0.7  # of the users joined by an invite code


class Command(BaseCommand):
    help = "Fills the database with believable people and activations."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=300)

    def handle(self, *args: Any, people: int, **options: Any) -> None:
        with transaction.atomic():
            earlier: list[User] = []
            for day in sorted(random.uniform(0, DAYS) for _ in range(people)):
                earlier.append(_new_user(day, earlier))
        invited = Activation.objects.filter(invitee__in=earlier).count()
        self.stdout.write(f"{len(earlier)} people have joined, {invited} by an invite code.")


def _new_user(day: float, earlier: list[User]) -> User:
    joined = timezone.now() - timedelta(days=DAYS - day)
    first_name, family = random.choice(FIRST_NAMES), random.choice(FAMILIES)
    user = User.objects.create_user(
        _free_number(),
        first_name=first_name,
        last_name=family + ("a" if first_name.endswith("a") else ""),
        date_joined=joined,
    )
    if earlier and random.random() < INVITED:
        _invite(user, _popular(earlier), joined + timedelta(minutes=5))
    return user


def _free_number() -> str:
    while True:
        number = f"+7999{random.randrange(10**7):07}"
        if not User.objects.filter(phone_number=number).exists():
            return number


def _popular(people: list[User]) -> User:
    """Picks an inviter so that a few users invite most of the others."""
    return people[int(len(people) * random.random() ** 3)]


def _invite(invitee: User, inviter: User, when: Any) -> None:
    activation, _ = activate(invitee, live_invite_code(inviter).code)
    Activation.objects.filter(pk=activation.pk).update(activated_at=when)
