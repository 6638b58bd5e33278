"""How a confirmation code reaches the phone."""

from django.conf import settings
from django.utils.translation import gettext as _

from users import codes, sms
from users.exceptions import DeliveryUnavailable
from users.models import ConfirmationCode


def deliver(code: ConfirmationCode) -> None:
    """Sends the code. One that could not be sent is retired, and its pause with it."""
    try:
        sms.send(code.phone_number, text(codes.derive(code)))
    except sms.NotSent as error:
        codes.retire(code)
        raise DeliveryUnavailable from error


def text(digits: str) -> str:
    """The SMS in the active language; browsers read its last line (WebOTP)."""
    sentence = _("Your code is %(digits)s. Tell it to nobody.") % {"digits": digits}
    return f"{sentence}\n\n@{settings.SITE_HOST} #{digits}"
