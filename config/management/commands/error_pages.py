"""`manage.py error_pages`: writes the error texts of nginx, in every language."""

from typing import Any

from django.core.management.base import BaseCommand

from config import error_pages


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        error_pages.FILE.write_text(error_pages.render(), encoding="utf-8")
