"""Metrics of each gateway: what happened to its SMS, and how long it took."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Counter, Histogram

from users.sms.exceptions import NotSent, Unavailable

BUCKETS = (0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30)  # seconds

SMS = Counter("sms", "SMS handed to a gateway, by outcome.", ["gateway", "outcome"])
DURATION = Histogram(
    "sms_duration_seconds", "How long a gateway took.", ["gateway"], buckets=BUCKETS
)


@contextmanager
def watch(gateway: str) -> Iterator[None]:
    """Counts one try: sent, refused, unavailable, or unknown if it may have been sent."""
    outcome = "unknown"
    with DURATION.labels(gateway).time():
        try:
            yield
            outcome = "sent"
        except Unavailable:
            outcome = "unavailable"
            raise
        except NotSent:
            outcome = "refused"
            raise
        finally:
            SMS.labels(gateway, outcome).inc()
