"""`manage.py purge`: deletes what is older than the settings say. Run it once a day."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import QuerySet

from users.accounts import retention


class Command(BaseCommand):
    help = "Deletes old codes, ended sign-ins, audit events and sessions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only say how many there are.")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        for rows in retention.outdated():
            name = rows.model._meta.verbose_name_plural
            if dry_run:
                self.stdout.write(f"{name}: {rows.count()} would go")
            else:
                self._purge(str(name), rows)

    def _purge(self, name: str, rows: QuerySet[Any]) -> None:
        total, gone = rows.count(), 0
        for deleted in retention.purge(rows):
            gone += deleted
            self.stdout.write(f"{name}: {gone} of {total}")
        self.stdout.write(f"{name}: {gone} deleted")
