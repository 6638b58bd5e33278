"""SMS Aero (smsaero.ru), through the vendor's own client library."""

import email_validator
from django.conf import settings
from smsaero import (
    SmsAero,
    SmsAeroConnectionException,
    SmsAeroException,
    SmsAeroNoMoneyException,
)

from users.sms.exceptions import MaybeSent, NotSent, Unavailable

# The library looks the account's e-mail up in DNS at every call otherwise.
email_validator.CHECK_DELIVERABILITY = False

# What the library says when the answer had no reason in it.
REASONLESS = {"Unknown error", "Unexpected format is received", "No response received"}


def send(phone_number: str, text: str) -> None:
    """Sends through one gate only: with several, a timeout would send the SMS three times.

    What the library says of a broken connection, a timeout and garbage is one and the
    same, so whether an SMS went out cannot be known.
    """
    try:
        client().send_sms(int(phone_number.removeprefix("+")), text)
    except SmsAeroNoMoneyException as error:
        raise Unavailable("no money on the account") from error
    except SmsAeroConnectionException as error:
        raise MaybeSent("the connection broke") from error
    except SmsAeroException as error:
        if str(error) in REASONLESS:
            raise MaybeSent("the answer was not understood") from error
        raise NotSent("refused by the gateway") from error
    except (AttributeError, KeyError, TypeError) as error:  # an answer that is no object
        raise MaybeSent("the answer was not understood") from error


def client() -> SmsAero:
    """Makes the library's client; raises ValueError for settings that it refuses."""
    made = SmsAero(
        settings.SMSAERO_EMAIL,
        settings.SMSAERO_API_KEY,
        signature=settings.SMSAERO_SENDER,
        timeout=settings.SMSAERO_TIMEOUT,
        allow_phone_validation=False,  # by metadata of its own; we have validated
        url_gate=settings.SMSAERO_GATE,
    )
    made._SmsAero__sess.max_redirects = 0  # a redirect would be a second SMS, even over plain http
    return made
