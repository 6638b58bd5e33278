"""`make run` first checks that PORT is free: gunicorn would retry for five seconds."""

import socket
import sys


def complaint(host: str, port: int) -> str | None:
    """The message for a port that is taken; None if it is free."""
    with socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does
        try:
            candidate.bind((host, port))
        except OSError as error:
            return (
                f"{host}:{port} cannot be served: {error.strerror}. Try: make run PORT={port + 1}"
            )
    return None


if __name__ == "__main__":
    sys.exit(complaint(sys.argv[1], int(sys.argv[2])))
