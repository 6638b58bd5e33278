"""The one door to the phone network: `send(phone_number, text)`."""

from django.conf import settings

from users.sms import simulated
from users.sms.exceptions import NotSent

__all__ = ["NotSent", "send"]

GATEWAYS = {"simulated": simulated.send}


def send(phone_number: str, text: str) -> None:
    """Sends an SMS through the gateway that SMS_GATEWAY names; raises NotSent."""
    GATEWAYS[settings.SMS_GATEWAY](phone_number, text)
