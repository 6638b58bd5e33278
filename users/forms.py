"""The forms of the pages: a phone number, and the code that came to it."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from users import phone_numbers
from users.limits import LONG
from users.models import User


class PhoneNumberForm(forms.Form):
    """A phone number in any spelling."""

    phone_number = forms.CharField(
        label=_("Phone number"),
        max_length=phone_numbers.LONGEST_INPUT,
        widget=forms.TextInput(
            attrs={"type": "tel", "autocomplete": "tel", "placeholder": "+7 999 123-45-67"}
        ),
    )

    def clean_phone_number(self) -> str:
        try:
            return User.objects.read_phone_number(self.cleaned_data["phone_number"])
        except phone_numbers.Refused as refused:
            raise forms.ValidationError(refused.message) from refused


class LongCodeForm(forms.Form):
    """The six digits of an SMS."""

    confirmation_code = forms.CharField(
        label=_("Confirmation code"),
        min_length=LONG,
        max_length=LONG,
        validators=[RegexValidator(r"^[0-9]+\Z", _("Enter the digits of the SMS."))],
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "pattern": "[0-9]{6}"}
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["confirmation_code"].widget.attrs["autofocus"] = True
