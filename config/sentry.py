"""Error reports to Sentry, if SENTRY_DSN is set: what failed and where, without users' data."""

from typing import Any, cast

import sentry_sdk
from django_guid import get_guid
from sentry_sdk.integrations.logging import ignore_logger
from sentry_sdk.types import Event, Hint

from config import scrub
from config.logs import SIMULATED_PHONE

KEPT_OF_A_REQUEST = {"method", "url"}
DROPPED = {"extra", "user", "modules"}


def start(dsn: str, environment: str, **options: Any) -> None:
    """Sentry's defaults leave out users, cookies and addresses; `scrubbed` trusts no default."""
    ignore_logger(SIMULATED_PHONE)
    sentry_sdk.init(
        dsn,
        environment=environment,
        before_send=scrubbed,
        include_local_variables=False,
        max_request_body_size="never",
        server_name="",
        **options,
    )


def scrubbed(event: Event, hint: Hint) -> Event:
    """The report without bodies, cookies, headers, queries, numbers, tokens and codes."""
    report = cast(dict[str, Any], event)
    for name in DROPPED & report.keys():
        del report[name]
    report.get("logentry", {}).pop("params", None)
    request = report.get("request", {})
    report["request"] = {name: request[name] for name in KEPT_OF_A_REQUEST & request.keys()}
    for name in ("request", "message", "logentry", "breadcrumbs", "transaction"):
        report[name] = _scrub(report.get(name))
    for exception in report.get("exception", {}).get("values", []):
        exception["value"] = _scrub(exception.get("value"))
    report.setdefault("tags", {})["request_id"] = get_guid()
    return event


def _scrub(found: Any) -> Any:
    """The same value with all its texts scrubbed; only timestamps stay, which look like codes."""
    if isinstance(found, str):
        return scrub.report(found)
    if isinstance(found, dict):
        return {
            name: value if name == "timestamp" else _scrub(value) for name, value in found.items()
        }
    if isinstance(found, (list, tuple)):
        return [_scrub(value) for value in found]
    return found
