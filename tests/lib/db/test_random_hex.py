"""Digits that the database draws."""

import re

import pytest

from lib.db.random_hex import RandomHex
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("length", [2, 20, 32])
def test_every_row_gets_digits_of_its_own(alice: User, bob: User, length: int) -> None:
    drawn = User.objects.values_list(RandomHex(length), flat=True)
    assert all(re.fullmatch(rf"[0-9a-f]{{{length}}}", text) for text in drawn)
    assert length == 2 or len({*drawn}) == 2


@pytest.mark.parametrize("length", [0, 3, -2, 34])
def test_a_length_that_cannot_be_drawn_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=str(length)):
        RandomHex(length)
