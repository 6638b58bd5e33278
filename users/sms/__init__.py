"""The one door to the phone network: `send(phone_number, text)`.

A gateway is a function that takes both, returns when the SMS is out of our hands,
and otherwise raises what `users.sms.exceptions` describes. To add one, write it in a
module of its own and name it in GATEWAYS.
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

    The next gateway is tried only where the one before has surely sent nothing;
    raises NotSent (Unavailable where a later try may succeed) or MaybeSent.
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
