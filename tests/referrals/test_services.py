"""Issuing invite codes: one live code each, and never the same one twice."""

import itertools
import secrets
from collections.abc import Callable
from typing import TypeAlias

import pytest
from django.utils import timezone

from referrals import invite_codes
from referrals.exceptions import AccountNotActive, NoFreeInviteCode
from referrals.services import issue_invite_code, live_invite_code, reset_invite_code
from tests.conftest import HERE
from users.accounts import own
from users.models import User

pytestmark = pytest.mark.django_db

Draw: TypeAlias = Callable[..., None]


@pytest.fixture
def draw(alice: User, bob: User, charlie: User, monkeypatch: pytest.MonkeyPatch) -> Draw:
    """Makes the draws predictable. A2A2A2 is taken, C4C4C4D too, and Charlie has no live code."""
    alice.invite_codes.update(code="A2A2A2")
    bob.invite_codes.update(code="C4C4C4D")
    charlie.invite_codes.update(retired_at=timezone.now())

    def load(*drawn: str) -> None:
        symbols = itertools.chain.from_iterable(drawn)
        monkeypatch.setattr(secrets, "choice", lambda alphabet: next(symbols))

    return load


def test_an_owner_with_a_live_code_keeps_it(alice: User) -> None:
    kept = live_invite_code(alice)
    assert issue_invite_code(alice) == kept
    assert alice.invite_codes.get() == kept


def test_a_retired_code_gives_way_to_another(alice: User) -> None:
    retired = live_invite_code(alice)
    alice.invite_codes.update(retired_at=timezone.now())
    issued = issue_invite_code(alice)
    assert issued.code != retired.code
    assert live_invite_code(alice) == issued


def test_an_owner_without_a_live_code_is_issued_one(alice: User) -> None:
    alice.invite_codes.update(retired_at=timezone.now())
    issued = live_invite_code(alice)
    assert alice.invite_codes.get(retired_at=None) == issued
    assert live_invite_code(alice) == issued


@pytest.mark.parametrize("ask", [live_invite_code, reset_invite_code])
def test_an_account_closed_a_moment_ago_is_issued_no_code(
    alice: User, ask: Callable[[User], object]
) -> None:
    own.close(alice, HERE)
    with pytest.raises(AccountNotActive):
        ask(alice)
    assert not alice.invite_codes.filter(retired_at=None).exists()


def test_a_code_has_six_symbols_a_digit_and_a_letter() -> None:
    for code in (invite_codes.draw() for _ in range(1000)):
        assert len(code) == 6
        assert set(code) <= set("23456789ABCDEFGHJKMNPQRSTVWXYZ")
        assert set(code) & set("23456789")
        assert set(code) - set("23456789")


def test_a_draw_without_a_digit_or_a_letter_is_discarded(draw: Draw, charlie: User) -> None:
    draw("BBBBBB", "222222", "B3B3B3")
    assert issue_invite_code(charlie).code == "B3B3B3"


@pytest.mark.parametrize("collisions", range(5))
def test_a_code_that_is_taken_is_drawn_again(draw: Draw, charlie: User, collisions: int) -> None:
    draw(*["A2A2A2"] * collisions, "B3B3B3")
    assert issue_invite_code(charlie).code == "B3B3B3"


@pytest.mark.parametrize("collisions", range(5))
def test_after_five_collisions_codes_have_seven_symbols(
    draw: Draw, charlie: User, collisions: int
) -> None:
    draw(*["A2A2A2"] * 5, *["C4C4C4D"] * collisions, "B3B3B3B")
    assert issue_invite_code(charlie).code == "B3B3B3B"


def test_after_ten_collisions_no_code_is_issued(draw: Draw, charlie: User) -> None:
    draw(*["A2A2A2"] * 5, *["C4C4C4D"] * 5)
    with pytest.raises(NoFreeInviteCode):
        issue_invite_code(charlie)
    assert not charlie.invite_codes.filter(retired_at=None).exists()


def test_a_retired_code_is_never_issued_again(draw: Draw, alice: User, charlie: User) -> None:
    alice.invite_codes.update(retired_at=timezone.now())
    draw("A2A2A2", "B3B3B3")
    assert issue_invite_code(charlie).code == "B3B3B3"
