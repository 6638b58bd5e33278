"""`make bench`: see `tests/bench`. USERS= says how many are loaded, QUICK=1 shortens it."""

import argparse
import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

import django

from tests import environment  # starts PostgreSQL, where DATABASE_URL names none
from tests.bench.server import SETTINGS, Server
from tests.stack import new_database

__all__ = ["environment"]


@contextlib.contextmanager
def loaded(users: int, is_loaded: bool) -> Iterator[str]:
    """The database of DATABASE_URL, if it was loaded before; otherwise a new one."""
    if is_loaded:
        yield os.environ["DATABASE_URL"]
        return
    with new_database(os.environ["DATABASE_URL"]) as url:
        command = [sys.executable, "-m", "tests.load_data", "--users", str(users)]
        if subprocess.run(command, env={**os.environ, "DATABASE_URL": url}).returncode:
            sys.exit("Nobody was loaded.")
        yield url


def main() -> None:
    arguments = argparse.ArgumentParser(prog="make bench", description=__doc__)
    arguments.add_argument("--users", type=int, default=100_000)
    arguments.add_argument("--quick", action="store_true", help="For CI: short, for the ratios.")
    arguments.add_argument("--loaded", action="store_true", help="DATABASE_URL has its people.")
    arguments.add_argument("--only", default="", help="Rows whose name holds this text.")
    arguments.add_argument("--requests", type=int, default=100_000, help="Between memory's rows.")
    arguments.add_argument("--markdown", action="store_true", help="Print the tables as Markdown.")
    asked = arguments.parse_args()
    with loaded(asked.users, asked.loaded) as url, Server(url, None, **SETTINGS) as server:
        server.adopt()
        django.setup()
        from tests.bench import measurement  # its models need the settings

        measurement.measure(server, asked)


if __name__ == "__main__":
    main()
