"""The texts of the SMS. Each fits one segment, because a second one doubles the price."""

from django.conf import settings
from django.utils.translation import gettext as _

GSM_SEGMENT, UNICODE_SEGMENT = 160, 70  # characters (3GPP TS 23.038)
# The letters of GSM-7 that we use; @ # $ and Latin letters take one place each.
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


def confirmation(digits: str) -> str:
    """The code in the active language; browsers read the last line (WebOTP).

    Where a long domain leaves no room the warning goes first, then the last line.
    """
    sentence = _("Your code is %(digits)s. Do not share it.") % {"digits": digits}
    short = _("Code: %(digits)s") % {"digits": digits}
    last_line = f"\n\n@{settings.SITE_HOST} #{digits}"
    return next(filter(is_one_segment, [sentence + last_line, short + last_line]), short)


def phone_changed() -> str:
    """The note to the old number of an account."""
    return _("Your account has moved to another phone number. Not you? Write to us.")


def is_one_segment(text: str) -> bool:
    return len(text) <= (GSM_SEGMENT if set(text) <= GSM else UNICODE_SEGMENT)
