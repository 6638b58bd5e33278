"""The worker: `celery -A config worker --pool threads --concurrency 50`.

It uses many threads, because they spend their time waiting for a gateway.
"""

import logging.config
import os
from io import StringIO

from celery import Celery
from celery.signals import beat_init, setup_logging, task_prerun, worker_init, worker_ready
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from prometheus_client import start_http_server

from config import statements

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("config")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["users.confirmation"], related_name="delivery")
app.autodiscover_tasks(["users.accounts"], related_name="retention")
app.autodiscover_tasks(["referrals.invited"], related_name="rollup")


@setup_logging.connect  # type: ignore[untyped-decorator]
def write_as_the_web_does(**kwargs: object) -> None:
    logging.config.dictConfig(settings.LOGGING)


@beat_init.connect  # type: ignore[untyped-decorator]
@worker_init.connect  # type: ignore[untyped-decorator]
def refuse_unsafe_settings(**kwargs: object) -> None:
    try:
        call_command("check", tags=["settings"], stdout=StringIO())
    except SystemCheckError as error:
        raise SystemExit(str(error)) from error  # a signal only logs any other error


@task_prerun.connect  # type: ignore[untyped-decorator]
def log_statements(**kwargs: object) -> None:
    statements.watch()


@worker_ready.connect  # type: ignore[untyped-decorator]
def show_metrics(**kwargs: object) -> None:
    """The worker counts what happened to each SMS; Prometheus reads that at METRICS_PORT."""
    if settings.METRICS_PORT:
        start_http_server(settings.METRICS_PORT, settings.METRICS_HOST)
