"""Phone numbers: reads any spelling and returns E.164."""

import re
import unicodedata
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import (
    NumberParseException,
    PhoneNumberType,
    number_type,
    parse,
    region_code_for_number,
)

from lib.masks import mask as mask

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

LONGEST_INPUT = 64  # characters
SCHEME = re.compile(r"tel:", re.IGNORECASE)
MOBILE_TYPES = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


class Refused(ValueError):
    """The text is not a phone number that can sign in; `message` tells the user why."""

    message: "StrPromise"

    def __init__(self, e164: str | None = None) -> None:
        super().__init__()
        self.e164 = e164  # the number in the text, if there is one


class NotAPhoneNumber(Refused):
    message = _("Enter a phone number with its country code, like +7 999 123-45-67.")


class NotAMobilePhoneNumber(Refused):
    message = _("Enter a mobile phone number: the confirmation code comes by SMS.")


class RegionNotServed(Refused):
    message = _("We do not send SMS to this country yet.")


def normalise(text: str) -> str:
    """Returns a mobile phone number in E.164, whatever its spelling.

    A number without a country code belongs to PHONENUMBER_DEFAULT_REGION.
    Raises NotAPhoneNumber, NotAMobilePhoneNumber or RegionNotServed.
    """
    number = _parse(text)
    e164 = str(number.as_e164)
    if number.extension:
        raise NotAPhoneNumber
    if not number.is_valid():
        raise NotAPhoneNumber(e164)
    if number_type(number) not in MOBILE_TYPES:
        raise NotAMobilePhoneNumber(e164)
    if settings.PHONE_REGIONS and region_code_for_number(number) not in settings.PHONE_REGIONS:
        raise RegionNotServed(e164)
    return e164


def _parse(text: str) -> PhoneNumber:
    if len(text) > LONGEST_INPUT:
        raise NotAPhoneNumber
    text = SCHEME.sub("", _without_invisible_marks(text), count=1)
    if any(_has_no_place_in_a_number(character) for character in text):
        raise NotAPhoneNumber
    try:
        return PhoneNumber.from_string(text)
    except NumberParseException as error:
        raise NotAPhoneNumber from error


def _without_invisible_marks(text: str) -> str:
    # Address books wrap a copied number in direction marks.
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


def _has_no_place_in_a_number(character: str) -> bool:
    # libphonenumber would silently drop control characters and turn letters into digits.
    return character.isalpha() or unicodedata.category(character) in ("Cc", "Cs")


def spelled_out(phone_number: str) -> str:
    """An E.164 number as people write it: +7 999 123-45-67."""
    return str(PhoneNumber.from_string(phone_number).as_international)


def region(phone_number: str) -> str:
    """Returns the region of an E.164 number, as ISO 3166-1 (`ZZ` if it has none)."""
    return region_code_for_number(parse(phone_number)) or "ZZ"


def test_code(phone_number: str) -> str | None:
    """The fixed code of a number in TEST_PHONE_NUMBERS, until TEST_PHONE_NUMBERS_UNTIL."""
    until = settings.TEST_PHONE_NUMBERS_UNTIL
    if until is not None and timezone.now().date() > until:
        return None
    return settings.TEST_PHONE_NUMBERS.get(phone_number)


def refuse_test_number(phone_number: str) -> None:
    """An account must not move to a test number, because others know its code."""
    if test_code(phone_number):
        raise NotAPhoneNumber
