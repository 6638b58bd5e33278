"""`manage.py demo`: believable people."""

import random
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from referrals.models import Activation, InviteCode
from users.models import User

pytestmark = pytest.mark.django_db


def demo(people: int) -> str:
    out = StringIO()
    call_command("demo", people=people, stdout=out)
    return out.getvalue()


def test_people_join_and_invite_one_another() -> None:
    said = demo(50)
    activations = Activation.objects.count()
    assert said == f"50 people have joined, {activations} by an invite code.\n"
    assert User.objects.count() == InviteCode.objects.live().count() == 50
    assert 10 < activations < 50


def test_they_joined_over_ninety_days_and_came_after_their_inviters() -> None:
    demo(50)
    joined = User.objects.order_by("date_joined").values_list("date_joined", flat=True)
    assert timezone.now() - timedelta(days=91) < joined[0] < joined[49] <= timezone.now()
    for activation in Activation.objects.select_related("invitee", "inviter"):
        assert activation.inviter.date_joined < activation.invitee.date_joined
        assert activation.activated_at - activation.invitee.date_joined == timedelta(minutes=5)


def test_more_may_come_later() -> None:
    demo(3)
    assert demo(2).startswith("2 people have joined")
    assert User.objects.count() == 5


def test_a_number_in_use_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([1, 1, 2])
    monkeypatch.setattr(random, "randrange", lambda stop: next(drawn))
    demo(2)
    numbers = User.objects.values_list("phone_number", flat=True)
    assert set(numbers) == {"+79990000001", "+79990000002"}


def test_a_demo_of_no_people_is_allowed() -> None:
    assert demo(0) == "0 people have joined, 0 by an invite code.\n"
