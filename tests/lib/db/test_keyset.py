"""Texts that start with the same digits are found as one range."""

import pytest

from lib.db.keyset import starting_with
from users.models import User

NUMBERS = ["+7998", "+7999", "+79990", "+799999", "+8000"]


@pytest.mark.django_db
@pytest.mark.parametrize("digits", ["+7", "+79", "+7998", "+7999", "+79999", "+8", "+80", "+9"])
def test_a_range_is_what_starts_with_the_digits(digits: str) -> None:
    numbers = [f"{number}000000" for number in NUMBERS]
    User.objects.bulk_create(User(phone_number=number) for number in numbers)
    found = User.objects.filter(starting_with("phone_number", digits))
    expected = {number for number in numbers if number.startswith(digits)}
    assert set(found.values_list("phone_number", flat=True)) == expected


def test_nines_have_no_end() -> None:
    assert str(starting_with("number", "999")) == "(AND: ('number__gte', '999'))"
    assert str(starting_with("number", "0099")) == (
        "(AND: ('number__gte', '0099'), ('number__lt', '0100'))"
    )
