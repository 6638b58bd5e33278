"""What Prometheus reads: requests by route, and SMS that are not sent yet.

Other counters are defined where they count: in `users.audit`, `users.sms.metrics` and
`referrals.services`.
"""

import os
from collections.abc import Callable, Iterator
from time import perf_counter

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from users.confirmation import outbox

LABELS = ["method", "route", "status"]
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)  # seconds

REQUESTS = Counter("http_requests", "Requests answered.", LABELS)
DURATION = Histogram(
    "http_request_duration_seconds", "Until the answer began.", ["route"], buckets=BUCKETS
)


class Requests:
    """Counts answers by route pattern, because a series for each path would be too many."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        response = self.get_response(request)
        route = f"/{request.resolver_match.route}" if request.resolver_match else "none"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(method, route, response.status_code).inc()
        DURATION.labels(route).observe(perf_counter() - began)
        return response


class Outbox(Collector):
    """Counts unsent codes at each request for metrics; a partial index makes that cheap."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        codes = GaugeMetricFamily("codes_under_way", "Codes not yet sent.", labels=["state"])
        oldest = GaugeMetricFamily("codes_overdue_seconds", "How late the latest of them is.")
        try:
            counted, late = outbox.under_way()
        except DatabaseError:
            return  # the other metrics matter even more then
        for state, number in counted.items():
            codes.add_metric([state], number)
        oldest.add_metric([], late)
        yield codes
        yield oldest


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _registry() -> CollectorRegistry:
    """The metrics of this process, or of all that gunicorn started (see `config/gunicorn.py`)."""
    registry = CollectorRegistry()
    registry.register(Outbox())
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REGISTRY)
    return registry
