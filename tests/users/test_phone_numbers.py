"""Phone numbers: every spelling of a mobile number is read, and nothing else is."""

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType
from rest_framework.test import APIClient

from tests.conftest import ALICE, ask
from users import phone_numbers
from users.models import User

SPELLINGS = [
    "+79990000001",
    "+7 999 000-00-01",
    "+7 (999) 000 00 01",
    "8 (999) 000-00-01",
    "89990000001",
    "9990000001",
    "8 10 7 999 000-00-01",
    "tel:+7-999-000-00-01",
    "TEL:8(999)000-00-01",
    "  +7 999 000 00 01 ",
    "+7\u00a0999\u00a0000\u201100\u201101",
    "+7 999 000–00—01",
    "+7.999.000.00.01",
    "+7/999/0000001",
    "\u202a+7 999 000-00-01\u202c",
    "\u200e+7 999\u200b 000-00-01\ufeff",
    "＋７９９９０００００01",
    "８（９９９）０００－００－０１",
]
thoroughly = settings(max_examples=100, deadline=None)


def refusal(text: str) -> type[phone_numbers.Refused] | None:
    try:
        phone_numbers.normalise(text)
    except phone_numbers.Refused as refused:
        return type(refused)
    return None


@pytest.mark.parametrize("spelling", SPELLINGS, ids=ascii)
def test_a_number_is_read_in_every_spelling(spelling: str) -> None:
    assert phone_numbers.normalise(spelling) == ALICE


@pytest.mark.django_db
@pytest.mark.parametrize("spelling", SPELLINGS, ids=ascii)
def test_every_spelling_signs_in_the_same_person(
    api: APIClient, alice: User, spelling: str
) -> None:
    body = {"phone_number": spelling, "confirmation_code": ask(ALICE)}
    response = api.post("/api/v1/auth/token/", body)
    assert (response.status_code, response.json()["is_new_user"]) == (200, False)
    assert User.objects.get() == alice


@thoroughly
@given(st.from_regex(r"9(05|16|99)[0-9]{7}", fullmatch=True), st.sampled_from(["+7", "8", "7", ""]))
def test_the_prefix_makes_no_difference(national: str, prefix: str) -> None:
    assert phone_numbers.normalise(prefix + national) == f"+7{national}"


@thoroughly
@given(st.text() | st.text("0123456789+-() .,;#*/\u00a0\u200e\u202a０９٣tel:x", max_size=20))
def test_any_text_is_refused_or_read_the_same_again(text: str) -> None:
    if refusal(text) is None:
        number = phone_numbers.normalise(text)
        assert phone_numbers.normalise(number) == number


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "+", "7", "12345", "+7999000000", "+799900000011", "+0 999 000 00 01", "+999"),
        *("call me", "+7 999 CALL-ME", "8 (999) ABC-DE-FG", "+7 999 000 OO O1", "+7999000000l"),
        *("+7 999 000-00-01 ext. 5", "+7 999 000-00-01 доб. 5", "+79990000001;ext=5"),
        *("+7 999 000-00-01 #5", "+7 999 000-00-01,,5", "+7 999 000-00-01 x5"),
        *("+7 999 000-00-01 / 02 x", "tel:tel:+79990000001", "+79990000001, +79990000002"),
        *("+7999000\x000001", "+7999000\n0001", "+7999000\ud8000001", "+" + "9" * 100_000),
    ],
    ids=lambda text: ascii(text)[:40],
)
def test_what_is_not_a_phone_number_is_refused(text: str) -> None:
    assert refusal(text) is phone_numbers.NotAPhoneNumber


@pytest.mark.parametrize("region", ["RU", "KZ", "GB", "DE", "FR"])
@pytest.mark.parametrize(
    "number_type",
    [PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE],
    ids=["landline", "toll-free", "premium"],
)
def test_a_number_without_sms_is_refused(region: str, number_type: int) -> None:
    example = phonenumbers.example_number_for_type(region, number_type)
    assert example is not None
    number = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    assert refusal(number) is phone_numbers.NotAMobilePhoneNumber


@pytest.mark.parametrize("number", ["8 800 555-35-35", "+7 495 123-45-67", "+1 900 234 5678"])
def test_a_known_number_without_sms_is_refused(number: str) -> None:
    assert refusal(number) is phone_numbers.NotAMobilePhoneNumber


def test_mobile_numbers_of_every_region_are_accepted() -> None:
    examples = {
        region: phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
        for region in phonenumbers.SUPPORTED_REGIONS
    }
    numbers = {
        region: phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
        for region, example in examples.items()
        if example
    }
    assert len(numbers) > 200
    assert {number for number in numbers.values() if refusal(number)} == set()
    assert {phone_numbers.normalise(number) for number in numbers.values()} == set(numbers.values())


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("+79991234567", "+7••••••4567"),
        ("+6837012", "+6••7012"),
        ("+491512345678901", "+4••••••••••8901"),
        (None, "—"),
        ("", "—"),
    ],
)
def test_a_mask_hides_all_but_the_first_digit_and_the_last_four(
    number: str | None, masked: str
) -> None:
    assert phone_numbers.mask(number) == masked
