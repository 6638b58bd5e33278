"""The sign-in forms: a phone number, and the code that was sent to it."""

import re
from collections.abc import Sequence
from typing import Any

import phonenumbers
from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from users import phone_numbers
from users.confirmation.budgets import LONG
from users.models import User

LONGEST_SMS = 500  # characters; longer than any SMS that we send
SEPARATORS = re.compile(r"[\s-]+")
ALL_DIGITS = re.compile(r"[0-9]+")
LAST_LINE = re.compile(r"@\S+ #([0-9]+)\s*\Z")  # browsers read this line (WebOTP)
NUMBERS = re.compile(r"(?<!\d)[0-9]+(?!\d)")


class PhoneNumberForm(forms.Form):
    """A phone number in any spelling."""

    phone_number = forms.CharField(
        label=gettext_lazy("Phone number"),
        max_length=phone_numbers.LONGEST_INPUT,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "autofocus": True}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        region = settings.PHONENUMBER_DEFAULT_REGION
        field = self.fields["phone_number"]
        field.widget.attrs |= {"placeholder": _example(region), "data-region": region}
        field.help_text = _(
            "Without a country code it is read as a number of +%(calling_code)s (%(region)s)."
        ) % {"calling_code": phonenumbers.country_code_for_region(region), "region": region}

    def clean_phone_number(self) -> str:
        try:
            return User.objects.read_phone_number(self.cleaned_data["phone_number"])
        except phone_numbers.Refused as refused:
            raise forms.ValidationError(refused.message) from refused


class CodeForm(forms.Form):
    """The digits of a code, or the whole SMS."""

    confirmation_code = forms.CharField(
        label=gettext_lazy("Confirmation code"),
        max_length=LONGEST_SMS,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}
        ),
    )

    def __init__(self, *args: Any, lengths: Sequence[int] = (LONG,), **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.lengths = lengths
        attrs = self.fields["confirmation_code"].widget.attrs
        attrs["data-lengths"] = " ".join(map(str, lengths))

    def clean_confirmation_code(self) -> str:
        code = find_code(self.cleaned_data["confirmation_code"], self.lengths)
        if code is None:
            lengths = _(" or ").join(map(str, self.lengths))
            raise forms.ValidationError(
                _("Enter the %(lengths)s digits from the SMS.") % {"lengths": lengths}
            )
        return code


def find_code(text: str, lengths: Sequence[int]) -> str | None:
    """Returns the code in a text: the text is only digits, or an SMS with one such number."""
    bare = SEPARATORS.sub("", text)
    if ALL_DIGITS.fullmatch(bare):
        found = {bare}
    else:
        last_line = LAST_LINE.search(text)
        found = {last_line[1]} if last_line else set(NUMBERS.findall(text))
    codes = [number for number in found if len(number) in lengths]
    return codes[0] if len(codes) == 1 else None


def _example(region: str) -> str:
    """A mobile number as it is written in that country."""
    number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    style = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style) if number else ""
