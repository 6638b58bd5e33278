"""The worker: `celery -A config worker --pool threads --concurrency 50`.

Threads, and tens of them, because the work is waiting for a gateway.
"""

import os

from celery import Celery
from celery.signals import worker_init
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("config")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["users"], related_name="delivery")


@worker_init.connect  # type: ignore[untyped-decorator]
def refuse_unsafe_settings(**kwargs: object) -> None:
    call_command("check", tags=["settings"])
