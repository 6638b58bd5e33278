"""Who somebody is: the person, the codes sent to their phone, their sign-ins, their trail.

The rules stand in the constraints. No confirmation code and no token is stored.
"""

from users.models.audit import AuditEvent, Event
from users.models.confirmation_codes import (
    ConfirmationCode,
    ConfirmationCodeQuerySet,
    Delivery,
    Purpose,
    Tally,
)
from users.models.people import PhoneNumberField, User
from users.models.sign_ins import SignIn

__all__ = [
    "AuditEvent",
    "ConfirmationCode",
    "ConfirmationCodeQuerySet",
    "Delivery",
    "Event",
    "PhoneNumberField",
    "Purpose",
    "SignIn",
    "Tally",
    "User",
]
