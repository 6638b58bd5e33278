"""Processes that are started, stopped, killed and frozen by name."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psycopg2

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
PATIENCE = 60  # seconds that anything may take to start
PORTS = range(20_000, 32_000)  # below the ports that outgoing connections use


def free_port() -> int:
    while True:
        port = random.choice(PORTS)
        with socket.socket() as candidate, contextlib.suppress(OSError):
            candidate.bind(("127.0.0.1", port))
            return port


def eventually(condition: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Waits until the condition holds, and returns what it found, or fails in time."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError, psycopg2.OperationalError):
            if found := condition():
                return found
        time.sleep(0.05)
    raise TimeoutError(condition)


class Parts:
    """A folder with the parts' logs, and the processes that write them."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="referral-stack-"))
        self.environment = {**environment, "TMPDIR": str(self.folder)}
        self.parts: dict[str, subprocess.Popen[bytes]] = {}

    def start(
        self,
        name: str,
        *command: str,
        environment: dict[str, str] | None = None,
        cwd: Path = ROOT,
        user: str | None = None,
    ) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.parts[name] = subprocess.Popen(
                command,
                cwd=cwd,
                env={**self.environment, **(environment or {})},
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=user,
            )

    def kill(self, name: str) -> None:
        """Sends SIGKILL to the part and its children: none of them can clean up."""
        part = self.parts.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(part.pid, signal.SIGKILL)
        part.wait()

    def stop(self, name: str, politely: signal.Signals | None = None) -> None:
        part = self.parts[name]
        part.send_signal(politely or signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            part.wait(5)
        self.kill(name)

    def end(self) -> None:
        """Stops every process and removes every file."""
        for part in self.parts.values():
            part.terminate()  # all at once: they take their time
        for name in reversed(list(self.parts)):
            self.stop(name)
        shutil.rmtree(self.folder, ignore_errors=True)

    def freeze(self, name: str) -> None:
        """The part hangs: its connections stand open, and nothing answers."""
        self.parts[name].send_signal(signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        self.parts[name].send_signal(signal.SIGCONT)

    def children(self, name: str) -> list[int]:
        """The processes that a part has started, such as gunicorn's workers."""
        pid = self.parts[name].pid
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()
