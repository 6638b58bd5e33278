"""The forms of the referral pages: an invite code, and a search among the invitees."""

import re
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from referrals import invite_codes
from referrals.invited import browse
from referrals.invited.browse import Page
from referrals.person import Person

BETWEEN = re.compile(r"[\s()+.‐-―-]+")
DIGITS = re.compile(r"[0-9]{2,11}")
WHOLE = re.compile(r"[1-9][0-9]{0,17}")


class InviteCodeForm(forms.Form):
    """An invite code in any spelling, or a whole invite link."""

    invite_code = forms.CharField(max_length=invite_codes.LONGEST_INPUT)

    def clean_invite_code(self) -> str:
        code = invite_codes.normalise(self.cleaned_data["invite_code"])
        if code is None:
            raise ValidationError(invite_codes.NOT_A_CODE)
        return code


@dataclass(frozen=True)
class Listing:
    """A page of the list, and which numbers on it are shown in full."""

    form: "BrowseForm"
    page: Page
    shown: set[int]

    @property
    def are_all_shown(self) -> bool:
        return all(person.id in self.shown for person in self.page.people if person.name)


class BrowseForm(forms.Form):
    """A user enters only the digits; the page fills in the rest, so wrong values are ignored."""

    digits = forms.CharField(
        label=_("Last digits of a phone number"),
        required=False,
        max_length=32,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": "45-67"}
        ),
    )

    def clean_digits(self) -> str:
        digits = BETWEEN.sub("", self.cleaned_data["digits"])
        if digits and not DIGITS.fullmatch(digits):
            raise ValidationError(_("Enter the last 2 to 11 digits of a phone number."))
        return digits

    @property
    def sought(self) -> str:
        return str(self.cleaned_data["digits"]) if self.is_valid() else ""

    @property
    def cursor(self) -> str:
        return str(self.data.get("cursor", ""))

    @property
    def all(self) -> str:
        return str(self.data.get("all", ""))

    @property
    def is_asked(self) -> bool:
        """Whether the request asks for more than the start of the whole list."""
        return bool(self.data.get("digits") or self.cursor)

    @property
    def size(self) -> int:
        return min(self._whole("size") or browse.SIZE, browse.LARGEST)

    @property
    def only(self) -> int | None:
        return self._whole("only")

    def listing(self, inviter: Person) -> Listing:
        if self.only:
            page = browse.one(inviter, self.only)
        else:
            page = browse.page(inviter, self.sought, self.cursor, self.size)
        return Listing(self, page, self._shown(page))

    def _shown(self, page: Page) -> set[int]:
        """The numbers to show in full: only those that the user asked for."""
        on_page = {person.id for person in page.people}
        if self.all:
            return on_page if self.all == "1" else set()
        wanted = self._several("reveal") - self._several("hide")
        return {pk for pk in on_page if str(pk) in wanted}

    def _whole(self, field: str) -> int | None:
        text = self.data.get(field, "")
        return int(text) if WHOLE.fullmatch(text) else None

    def _several(self, field: str) -> set[str]:
        return set(self.data.getlist(field)) if isinstance(self.data, MultiValueDict) else set()
