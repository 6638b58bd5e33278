"""How a log line is written, and what it may contain."""

import ipaddress
import logging
from copy import copy
from datetime import UTC, datetime
from typing import Any

from django_guid import get_guid
from pythonjsonlogger.json import JsonFormatter

from config import scrub

ACCESS = "gunicorn.access"
SIMULATED_PHONE = "users.sms.simulated"  # this log is how its SMS are read
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
    """A line for a program; the line of a request has more fields."""

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
    """Keeps simulated SMS out of the log file, which is kept longer than their codes are valid."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.name != SIMULATED_PHONE


class WithoutProbes(logging.Filter):
    """Drops successful health checks, which come every few seconds."""

    def filter(self, record: logging.LogRecord) -> bool:
        atoms: Any = record.args
        return not (atoms["U"] in PROBES and str(atoms["s"]) == "200")


def clean(record: logging.LogRecord) -> logging.LogRecord:
    """A scrubbed copy of a record; other handlers still need the original."""
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
    """What gunicorn reports of a request: never its query, headers or body."""
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
    """The network that a request came from: only the audit trail keeps whole addresses."""
    try:
        kept = 24 if ipaddress.ip_address(address).version == 4 else 48
    except ValueError:
        return "-"
    return str(ipaddress.ip_network(f"{address}/{kept}", strict=False))
