"""`make stack`: everything that production has, until Ctrl-C."""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator

from tests import environment  # starts PostgreSQL, where DATABASE_URL names none
from tests.stack import Cluster, Stack, new_database
from tests.stack.nginx import NGINX

__all__ = ["environment"]


@contextlib.contextmanager
def whole_system() -> Iterator[Stack]:
    """With nginx and two servers where nginx is installed, otherwise with one server alone."""
    port = int(os.environ.get("PORT", "8000"))
    choices = {"SMS_DELAY": os.environ.get("SMS_DELAY", "1-2"), "FLOOD_GUARD": "true"}
    if NGINX:
        with Cluster(port, **choices) as cluster:
            yield cluster
    else:
        with (
            new_database(os.environ["DATABASE_URL"]) as url,
            Stack(url, port, **choices) as stack,
        ):
            yield stack


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with whole_system() as stack:
        print(f"The whole system runs at {stack.url}/ — its logs are in {stack.folder}")
        print(f"{', '.join(stack.parts)}; Ctrl-C ends them all.", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()
