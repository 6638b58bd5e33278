"""The application that gunicorn loads. It refuses unsafe settings (see `config.checks`)."""

import os
import sys
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

from config import database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
BOOT_FAILED = 3  # gunicorn's own exit status for this: after any other it would restart the process


class Request(WSGIRequest):
    """Reads everything as UTF-8: Django would decode the query by any codec the client names."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type = meta.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        self.content_params = {}


try:
    database.limit(settings.DATABASES["default"], **settings.DATABASE_LIMITS)
except SystemExit as wrong:  # a wrong environment variable: see `config.environment`
    sys.stderr.write(f"{wrong}\n")
    sys.exit(BOOT_FAILED)
application = get_wsgi_application()
application.request_class = Request
call_command("check", tags=["settings", "api"], stdout=StringIO())  # problems go to stderr
