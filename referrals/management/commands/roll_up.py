"""`manage.py roll_up`: keeps the totals of invited users fast to read.

Without Celery beat, let cron run it every ten minutes.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from referrals.invited import rollup


class Command(BaseCommand):
    help = "Updates the totals of invited users to ten minutes ago. Shown numbers are always exact."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rebuild",
            action="store_true",
            help="Count everything again, after activations were inserted or deleted by hand.",
        )

    def handle(self, *args: Any, rebuild: bool, **options: Any) -> None:
        if rebuild:
            self.stdout.write(f"{rollup.rebuild()} totals counted again")
        else:
            self.stdout.write(f"{rollup.roll_up()} totals have grown")
