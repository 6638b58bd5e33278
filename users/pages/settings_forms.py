"""The forms of the settings pages, with the same limits as the API."""

from typing import Any

from django import forms
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from users import phone_numbers
from users.accounts import avatars
from users.models import User
from users.pages.forms import PhoneNumberForm


class PictureField(forms.FileField):
    """A new picture; False removes the current one."""

    widget = forms.ClearableFileInput
    most_bytes, most_pixels = avatars.LARGEST_FILE, avatars.MOST_PIXELS
    most_pixels_of_a_jpeg = avatars.MOST_PIXELS_OF_A_JPEG
    refusals = {  # for the script that checks the picture before it is sent
        "not_a_picture": avatars.NotAPicture.message,
        "too_large": avatars.TooLarge.message,
        "too_many_pixels": avatars.TooManyPixels.message,
    }

    def clean(self, data: Any, initial: Any = None) -> "File[bytes] | bool | None":
        picture: File[bytes] | bool | None = super().clean(data, initial)
        if not isinstance(picture, UploadedFile):
            return picture
        try:
            return avatars.remake(picture)
        except avatars.Refused as refused:
            raise forms.ValidationError(refused.message) from refused


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # subscripted it fails at run time
    """Names, e-mail and picture; `changes` returns what changed, for `accounts.edit`."""

    avatar = PictureField(
        label=_("Picture"),
        help_text=_("JPEG up to 16 megapixels, PNG or WebP up to 6; at most 5 MB."),
        required=False,
        allow_empty_file=True,
    )

    class Meta:
        model = User
        fields = ["first_name", "last_name", "email"]
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] or None for name in self.changed_data}


class NewPhoneNumberForm(PhoneNumberForm):
    """The new phone number of an account."""

    def clean_phone_number(self) -> str:
        phone_number = super().clean_phone_number()
        try:
            phone_numbers.refuse_test_number(phone_number)
        except phone_numbers.Refused as refused:
            raise forms.ValidationError(refused.message) from refused
        return phone_number


class SignInForm(forms.Form):
    """One of the user's own sign-ins, which is to end."""

    def __init__(self, user: User, *args: Any) -> None:
        super().__init__(*args)
        self.fields["sign_in"] = forms.ModelChoiceField(user.sign_ins.unexpired())


class CloseForm(forms.Form):
    agreed = forms.BooleanField(
        label=_("I understand that this cannot be undone."),
        error_messages={"required": _("Tick the box if you want to close your account.")},
    )
