"""`make run` says in one line that its port is taken."""

import socket
import subprocess
import sys

from config import ports
from tests.config.test_checks import ROOT
from tests.stack.parts import free_port

HOST = "127.0.0.1"


def test_a_free_port_is_not_reported() -> None:
    assert ports.complaint(HOST, free_port()) is None


def test_a_port_that_is_taken_is_one_line_with_the_way_out() -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        command = [sys.executable, "-m", "config.ports", HOST, str(port)]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 1
    said = (
        f"{HOST}:{port} cannot be served: Address already in use. Try: make run PORT={port + 1}\n"
    )
    assert ended.stderr == said
