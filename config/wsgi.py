"""The door gunicorn knocks at. Unsafe settings keep it shut (see `config.checks`)."""

import os
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

from config import database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class Request(WSGIRequest):
    """Everything is UTF-8: Django's own would decode the query by any codec the client names."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type = meta.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        self.content_params = {}


database.limit(settings.DATABASES["default"], **settings.DATABASE_LIMITS)
application = get_wsgi_application()
application.request_class = Request
call_command("check", tags=["settings"], stdout=StringIO())  # what is wrong goes to stderr
