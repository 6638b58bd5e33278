"""The door gunicorn knocks at. Unsafe settings keep it shut (see `config.checks`)."""

import os

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
call_command("check", tags=["settings"])
