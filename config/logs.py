"""How a log line is written, and what may stand in it."""

import ipaddress
import logging
from copy import copy
from datetime import UTC, datetime
from typing import Any

from django_guid import get_guid
from pythonjsonlogger.json import JsonFormatter

from config import scrub

ACCESS = "gunicorn.access"
SIMULATED_PHONE = "users.sms.simulated"  # its lines are the delivery
PROBES = {"/healthz/", "/readyz/", "/metrics"}


class Lines(logging.Formatter):
    """A line for a person: time, level, request id, logger, message."""

    def format(self, record: logging.LogRecord) -> str:
        cleaned = clean(record)
        cleaned.request_id = get_guid() or "-"
        if record.name == ACCESS:
            access = _access(record)
            cleaned.request_id = access.pop("request_id")
            cleaned.msg = " ".join(f"{value}" for value in access.values())
        return super().format(cleaned)


class JSONLines(JsonFormatter):
    """A line for a program; an access line has fields of its own."""

    def add_fields(
        self,
        log_data: dict[str, Any],
        record: logging.LogRecord,
        message_dict: dict[str, Any],
    ) -> None:
        cleaned = clean(record)
        log_data["time"] = datetime.fromtimestamp(record.created, UTC).isoformat()
        log_data["level"], log_data["logger"] = record.levelname, record.name
        log_data["request_id"] = get_guid()
        log_data.update(_access(record) if record.name == ACCESS else {"message": cleaned.msg})
        if cleaned.exc_text:
            log_data["exception"] = cleaned.exc_text


class WithoutSMS(logging.Filter):
    """Keeps the simulated SMS out of a file, which outlives the codes in them."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.name != SIMULATED_PHONE


class WithoutProbes(logging.Filter):
    """Drops what asks every few seconds and was answered well."""

    def filter(self, record: logging.LogRecord) -> bool:
        atoms: Any = record.args
        return not (atoms["U"] in PROBES and str(atoms["s"]) == "200")


def clean(record: logging.LogRecord) -> logging.LogRecord:
    """A copy fit to be written down; others have yet to see the record itself."""
    cleaned = copy(record)
    cleaned.msg, cleaned.args = _message(record), ()
    if record.exc_info and record.exc_info[0]:
        traceback = logging.Formatter().formatException(record.exc_info)
        cleaned.exc_text, cleaned.exc_info = scrub.line(traceback), None
    return cleaned


def _message(record: logging.LogRecord) -> str:
    message = record.getMessage()
    if record.name == SIMULATED_PHONE:
        return message
    return scrub.url(message) if record.name.startswith("django.") else scrub.line(message)


def _access(record: logging.LogRecord) -> dict[str, Any]:
    """What gunicorn tells of a request: never its query, whose headers or its body."""
    atoms: Any = record.args
    path = str(atoms["U"]).encode("latin-1", "replace").decode("utf-8", "replace")
    return {
        "request_id": atoms["{x-request-id}o"],
        "network": _network(str(atoms["h"])),
        "method": atoms["m"],
        "path": scrub.url(path.encode("unicode_escape").decode()),
        "status": int(atoms["s"]),
        "bytes": atoms["B"],
        "ms": atoms["M"],
    }


def _network(address: str) -> str:
    """Whose network a request came from: the audit trail alone keeps whole addresses."""
    try:
        kept = 24 if ipaddress.ip_address(address).version == 4 else 48
    except ValueError:
        return "-"
    return str(ipaddress.ip_network(f"{address}/{kept}", strict=False))
