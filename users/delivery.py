"""How a confirmation code reaches the phone."""

import logging

from django.conf import settings
from django.utils.translation import gettext as _

from users import audit, codes, limits, phone_numbers, sms
from users.client import Client
from users.exceptions import DeliveryUnavailable
from users.models import ConfirmationCode, Event, User

logger = logging.getLogger(__name__)


def deliver(code: ConfirmationCode, client: Client) -> None:
    """Sends the code. One that could not be sent is retired, and its pause with it.

    A test number knows its code, and somebody blocked gets no SMS: the answer is
    the same.
    """
    if phone_numbers.test_code(code.phone_number):
        return
    try:
        _take_budget(code)
        if not User.objects.blocked(code.phone_number):
            sms.send(code.phone_number, text(codes.derive(code)))
            audit.record(Event.CODE_DELIVERED, phone_number=code.phone_number, client=client)
    except sms.NotSent as error:
        codes.retire(code)
        audit.record(Event.CODE_NOT_DELIVERED, phone_number=code.phone_number, client=client)
        raise DeliveryUnavailable from error


def _take_budget(code: ConfirmationCode) -> None:
    if not limits.take_sms(code.phone_number):
        logger.error("The SMS budget of the day is spent, overall or in one region")
        raise sms.NotSent


def text(digits: str) -> str:
    """The SMS in the active language; browsers read its last line (WebOTP)."""
    sentence = _("Your code is %(digits)s. Tell it to nobody.") % {"digits": digits}
    return f"{sentence}\n\n@{settings.SITE_HOST} #{digits}"
