"""The audit trail: what happened to an account. Rows are added here and changed nowhere."""

from typing import Any

from prometheus_client import Counter

from users import phone_numbers
from users.client import Client
from users.models import AuditEvent, AuditEventType, User

EVENTS = Counter("account_events", "What the audit trail records.", ["event"])
for _type in AuditEventType:
    EVENTS.labels(_type)  # starts at 0, so that the first event shows as an increase


def record(
    event: AuditEventType,
    *,
    phone_number: str | None = None,
    user: User | None = None,
    actor: User | None = None,
    client: Client | None = None,
    **details: Any,
) -> None:
    """Adds a row; `user` is the user it happened to, `actor` the administrator who did it."""
    number = phone_number or (user and user.phone_number)
    AuditEvent.objects.create(
        event=event,
        user=user,
        actor=actor,
        masked_number=phone_numbers.mask(number) if number else "",
        ip_address=client.ip_address if client else None,
        details=details,
    )
    EVENTS.labels(event).inc()
