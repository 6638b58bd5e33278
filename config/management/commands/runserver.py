"""Django's development server, at PORT unless the command line names another."""

from django.conf import settings
from django.contrib.staticfiles.management.commands import runserver


class Command(runserver.Command):
    default_port = str(settings.PORT)
