"""`make run` asks this first whether PORT is free: gunicorn would try for five seconds."""

import socket
import sys


def complaint(host: str, port: int) -> str | None:
    """What to say where something else answers at this port; None where it is free."""
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
