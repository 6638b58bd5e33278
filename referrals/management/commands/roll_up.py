"""`manage.py roll_up`: keeps the numbers of invited people quick to read.

Where no beat runs, cron runs it every ten minutes.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from referrals.invited import rollup


class Command(BaseCommand):
    help = "Brings totals of invited people up to ten minutes ago. What is shown stays exact."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rebuild",
            action="store_true",
            help="Count everything anew: activations were inserted or deleted by hand.",
        )

    def handle(self, *args: Any, rebuild: bool, **options: Any) -> None:
        if rebuild:
            self.stdout.write(f"{rollup.rebuild()} totals counted anew")
        else:
            self.stdout.write(f"{rollup.roll_up()} totals have grown")
