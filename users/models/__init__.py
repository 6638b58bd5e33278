"""The user, the codes sent to their phone, their sign-ins, and their audit trail.

The rules are database constraints. Confirmation codes and tokens are never stored.
"""

from users.models.audit_events import AuditEvent, AuditEventType
from users.models.confirmation_codes import (
    ConfirmationCode,
    ConfirmationCodeQuerySet,
    Delivery,
    Purpose,
)
from users.models.sign_ins import SignIn
from users.models.tallies import Tally
from users.models.users import PhoneNumberField, User

__all__ = [
    "AuditEvent",
    "AuditEventType",
    "ConfirmationCode",
    "ConfirmationCodeQuerySet",
    "Delivery",
    "PhoneNumberField",
    "Purpose",
    "SignIn",
    "Tally",
    "User",
]
