"""Fills the database of DATABASE_URL; with --replace also one that has people in it."""

import argparse
import os
import sys
import time
from typing import Any

import django
from django.core.management import call_command
from django.db import connection, transaction
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn

from tests.load_data.people import NUMBERS, Crowd
from tests.load_data.tables import copy, without_indexes

TABLES = [*Crowd(1).tables()]
TOTALS = "referrals_invitedtotal", "referrals_rollup"  # of the people who were replaced


def load(size: int, replace: bool = False) -> None:
    """Loads that many people, all or nothing; refuses to replace any unless told to."""
    call_command("migrate", verbosity=0)
    columns = (*Progress.get_default_columns(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as progress, transaction.atomic(), connection.cursor() as cursor:
        _refuse_to_replace(cursor, replace)
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute(f"TRUNCATE {', '.join([*TABLES, *TOTALS])} CASCADE")
        with without_indexes(cursor, progress, TABLES):
            _copy_all(cursor, progress, Crowd(size))
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(TABLES)}")
    call_command("roll_up")


def _copy_all(cursor: Any, progress: Progress, crowd: Crowd) -> None:
    for table, (rows, number) in crowd.tables().items():
        copy(cursor, progress, table, rows, number)


def _refuse_to_replace(cursor: Any, replace: bool) -> None:
    cursor.execute("SELECT EXISTS (SELECT FROM users_user)")
    [has_people] = cursor.fetchone()
    if has_people and not replace:
        name = connection.settings_dict["NAME"]
        sys.exit(f"The database {name} has people in it. REPLACE=1 replaces them all.")


def main() -> None:
    arguments = argparse.ArgumentParser(prog="make load-data", description=__doc__)
    arguments.add_argument("--users", type=int, default=100_000)
    arguments.add_argument("--replace", action="store_true", help="Delete who is there.")
    asked = arguments.parse_args()
    if not 1 <= asked.users <= NUMBERS // 2:
        arguments.error(f"--users: 1 to {NUMBERS // 2:,}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    if connection.vendor != "postgresql":
        sys.exit("DATABASE_URL must name a PostgreSQL database.")
    began = time.monotonic()
    load(asked.users, asked.replace)
    Console().print(f"{asked.users:,} people were loaded in {time.monotonic() - began:.0f} s.")


if __name__ == "__main__":
    main()
