"""How the parts are put together; no domain word lives here."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
