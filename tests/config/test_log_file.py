"""Several processes write to one log file, and rotate it when it is full."""

import json
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

from django.conf import settings

from tests.config.test_checks import ROOT

WRITERS, LINES = 3, 200
WRITE = """
import logging.config, sys
from tests.config.test_log_file import logging_into
logging.config.dictConfig(logging_into(sys.argv[1]))
for number in range(int(sys.argv[3])):
    logging.info("writer %s, line %s", sys.argv[2], number)
"""


def logging_into(file: str) -> dict[str, Any]:
    """The settings with LOG_FILE, but with a small file and a silent console."""
    handler = {**settings.LOG_FILE_HANDLER, "filename": file, "maxBytes": 10_000}
    return {
        **deepcopy(settings.LOGGING),
        "handlers": {"console": {"class": "logging.NullHandler"}, "file": handler},
        "root": {"handlers": ["file"], "level": "INFO"},
    }


def test_no_line_is_lost_or_torn_while_processes_change_the_file(tmp_path: Path) -> None:
    file = tmp_path / "requests.log"
    commands = [
        [sys.executable, "-c", WRITE, str(file), str(name), str(LINES)] for name in range(WRITERS)
    ]
    environment = {"DEBUG": "true", "DJANGO_SETTINGS_MODULE": "config.settings"}
    writers = [subprocess.Popen(command, cwd=ROOT, env=environment) for command in commands]
    assert [writer.wait() for writer in writers] == [0] * WRITERS
    files = sorted(tmp_path.glob("requests.log*"))
    assert len(files) > WRITERS
    written = [json.loads(line) for each in files for line in each.read_text().splitlines()]
    assert {(line["logger"], line["level"]) for line in written} == {("root", "INFO")}
    expected = {f"writer {name}, line {n}" for name in range(WRITERS) for n in range(LINES)}
    assert {line["message"] for line in written} == expected
    assert len(written) == WRITERS * LINES


def test_without_a_file_only_the_console_is_written_to() -> None:
    assert settings.LOG_FILE == ""
    assert settings.LOGGED_TO == ["console"]
    handlers: Any = settings.LOGGING["handlers"]
    assert "file" not in handlers


def test_django_never_logs_sql_by_itself() -> None:
    """Django's own `django.db.backends` would log the parameters."""
    loggers: Any = settings.LOGGING["loggers"]
    assert loggers["django"]["level"] == "INFO"
    assert not [name for name in loggers if name.startswith("django.db")]
