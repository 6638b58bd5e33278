"""Makes a superuser without a password, who signs in with a code: `python -m tests.staff NUMBER`.

It is for commands that play staff against a running server on the same DATABASE_URL.
"""

import os
import sys

import django
from django.contrib.auth import get_user_model
from django.core.management import call_command


def make(phone_number: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    if not get_user_model().objects.filter(phone_number=phone_number).exists():
        options = {"phone_number": phone_number, "interactive": False, "verbosity": 0}
        call_command("createsuperuser", **options)


if __name__ == "__main__":
    make(sys.argv[1])
