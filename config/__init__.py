"""The project itself: settings, addresses, servers, logs. It holds no business rules."""

from config.celery import app as celery_app

__all__ = ["__version__", "celery_app"]

__version__ = "1.0.0"  # the newest release in CHANGELOG.md, by Semantic Versioning
