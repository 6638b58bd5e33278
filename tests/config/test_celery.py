"""The names of the tasks are a contract: a message that an old server sent must find its task."""

from django.conf import settings

from config.celery import app

NAMES = {
    "referrals.rollup.roll_up_totals",
    "users.delivery.deliver",
    "users.delivery.sweep",
    "users.delivery.tell_old_number",
    "users.retention.purge_all",
}


def test_the_tasks_keep_their_names() -> None:
    app.loader.import_default_modules()
    assert {name for name in app.tasks if not name.startswith("celery.")} == NAMES


def test_every_scheduled_task_exists() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
