"""How gunicorn serves: with threads, which wait for the database and the SMS gateway.

Each process loads the application by itself (no `preload_app`), so that HUP loads new
code: the old processes finish their requests, and new requests wait until the new
processes are ready. For the same reason this file imports nothing of the project.
"""

import gc
import os
import shutil
import tempfile
from pathlib import Path

from dotenv import dotenv_values
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker
from prometheus_client import values

given = {**dotenv_values(Path(__file__).parent.parent / ".env"), **os.environ}


bind = [f"{given.get('BIND_HOST') or '127.0.0.1'}:{given.get('PORT') or 8000}"]
if given.get("METRICS_PORT"):
    bind.append(f"{given.get('METRICS_HOST') or '127.0.0.1'}:{given['METRICS_PORT']}")
control_socket_disable = True

worker_class = "gthread"
workers = int(given.get("WEB_CONCURRENCY") or 1)
threads = 32  # 32 users who ask for a code at once, without a worker: 3.6 times as fast as with 8
timeout = 60  # seconds without a sign of life from a whole process
graceful_timeout = 30  # seconds to finish open requests
keepalive = 75  # seconds; longer than nginx keeps a connection, so that nginx closes it first
max_requests = 50_000  # then a process is replaced, which bounds any memory leak
max_requests_jitter = 10_000  # so that not all are replaced at once
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108

# Only `config.middleware.ClientAddress` reads X-Forwarded-For.
accesslog = "-"  # written by `config.logs`

# How many new objects start the garbage collector, and how often it checks older ones as well.
# Most objects are frozen, so few are left to check; if it runs rarely, requests leave 15 MB.
COLLECTED_AFTER = 1_000, 2, 1

is_debug = (given.get("DEBUG") or "").lower() in {"1", "true", "yes", "on", "y", "t"}
if (given.get("LOG_FORMAT") or ("lines" if is_debug else "json")) == "json":
    # For gunicorn's main process; the others log as the settings say.
    logconfig_dict = {
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "datefmt": "%Y-%m-%dT%H:%M:%S%z",
                "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
                "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {"gunicorn.error": {"propagate": True}, "gunicorn.access": {}},
    }

# Each process keeps its counters in files that all of them can read (see `config.metrics`).
COUNTERS = Path(tempfile.gettempdir()) / f"metrics-{os.getpid()}"
if given.get("METRICS_PORT"):
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(COUNTERS)


def on_starting(server: Arbiter) -> None:
    if given.get("METRICS_PORT"):
        shutil.rmtree(COUNTERS, ignore_errors=True)
        COUNTERS.mkdir(mode=0o700)


def on_exit(server: Arbiter) -> None:
    shutil.rmtree(COUNTERS, ignore_errors=True)


def pre_fork(server: Arbiter, worker: Worker) -> None:
    """Gives the process the first free number, so that its successor continues its file.

    Files named by process id could never be deleted, because a counter must not fall.
    """
    taken = {each.place for each in server.WORKERS.values()}
    worker.place = next(place for place in range(len(taken) + 1) if place not in taken)


def post_worker_init(worker: Worker) -> None:
    """Freezes what is loaded: it stays for good, so the garbage collector need not check it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)


def post_fork(server: Arbiter, worker: Worker) -> None:
    if given.get("METRICS_PORT"):
        values.ValueClass = values.MultiProcessValue(  # type: ignore[no-untyped-call]
            lambda: worker.place
        )
