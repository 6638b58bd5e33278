"""The only way to send an SMS: `send(phone_number, text)`.

A gateway is a function with the same arguments. It returns when the provider has accepted
the SMS; otherwise it raises an exception of `users.sms.exceptions`. To add a gateway, write
it in a new module and name it in GATEWAYS.
"""

from django.conf import settings

from users.sms import metrics, simulated, smsaero
from users.sms.exceptions import MaybeSent, NotSent, Unavailable

__all__ = ["GATEWAYS", "MaybeSent", "NotSent", "Unavailable", "in_use", "send"]

GATEWAYS = {"simulated": simulated.send, "smsaero": smsaero.send}


def in_use() -> list[str]:
    """The names of the gateways, in the order in which they are tried."""
    return settings.SMS_FAILOVER if settings.SMS_GATEWAY == "failover" else [settings.SMS_GATEWAY]


def send(phone_number: str, text: str) -> str:
    """Sends an SMS and returns the name of the gateway that took it.

    The next gateway is tried only if the one before has certainly sent nothing;
    raises NotSent (Unavailable if a later try may succeed) or MaybeSent.
    """
    refusals: list[NotSent] = []
    for name in in_use():
        try:
            with metrics.watch(name):
                GATEWAYS[name](phone_number, text)
        except NotSent as error:
            refusals.append(error)
        else:
            return name
    raise next((error for error in refusals if isinstance(error, Unavailable)), refusals[-1])
