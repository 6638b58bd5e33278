"""The form of an invite code."""

from django import forms

from referrals import invite_codes


class InviteCodeForm(forms.Form):
    """Somebody's invite code in any spelling, or their whole invite link."""

    invite_code = forms.CharField(max_length=invite_codes.LONGEST_INPUT)

    def clean_invite_code(self) -> str:
        code = invite_codes.normalise(self.cleaned_data["invite_code"])
        if code is None:
            raise forms.ValidationError(invite_codes.NOT_A_CODE)
        return code
