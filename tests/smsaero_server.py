"""A stand-in for gate.smsaero.ru: real sockets, real TLS, and answers as scripted.

Its clients need REQUESTS_CA_BUNDLE=<ca_bundle> and SMSAERO_GATE=<gate>.
"""

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import trustme

HOST = "127.0.0.1"
TLS_HANDSHAKE = b"\x16"  # the first byte of every TLS connection (RFC 8446, 5.1)
SENDER = "Referral"
CREDENTIALS = {
    "SMSAERO_EMAIL": "robot@example.org",
    "SMSAERO_API_KEY": "SecretKey0123456789secretKEY",
    "SMSAERO_SENDER": SENDER,
}


class Answer(NamedTuple):
    body: str | None  # None drops the connection
    status: int = 200
    wait: float = 0  # seconds before the answer
    location: str = ""


class Received(NamedTuple):
    path: str
    authorization: str
    body: dict[str, Any]


def _json(**content: Any) -> str:
    return json.dumps(content)


SUCCESS = Answer(_json(success=True, data={"id": 1, "status": 0, "cost": 5.49}, message=None))
NO_CREDITS = Answer(_json(success=False, result="no credits"))
REFUSED = Answer(_json(success=False, data=None, message="Validation error."), 400)
REJECTED = Answer(_json(result="reject", reason="the sender is unknown"))
BROKEN = Answer("<html><h1>500 Internal Server Error</h1></html>", 500)
GARBAGE = Answer("\x01 it is {not json")
LIST, NULL = Answer("[]"), Answer("null")
DROPPED = Answer(None)


def slow(seconds: float) -> Answer:
    return SUCCESS._replace(wait=seconds)


def redirect(url: str) -> Answer:
    """307 makes the client send the same request again, with key, number and text."""
    return Answer("", 307, location=url)


class SmsAeroServer(ThreadingHTTPServer):
    """Gives its answers in turn, the last one for ever, and keeps what it received."""

    def __init__(self, folder: Path) -> None:
        super().__init__((HOST, 0), Handler)
        self.ca_bundle = folder / "ca.pem"
        self.gate = f"https://{HOST}:{self.server_port}/v2/"
        self.answers = [SUCCESS]
        self.received: list[Received] = []
        self.connections = 0
        self.spoke_plainly = 0  # connections without TLS
        self.going_down = threading.Event()
        self._one_at_a_time = threading.Lock()
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.ca_bundle))
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(HOST).configure_cert(self._tls)

    @contextlib.contextmanager
    def running(self) -> Iterator["SmsAeroServer"]:
        thread = threading.Thread(target=self.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield self
        finally:
            self.going_down.set()
            self.shutdown()
            thread.join()
            self.server_close()

    def will_answer(self, *answers: Answer) -> None:
        self.answers = list(answers)

    def keep(self, received: Received) -> Answer:
        with self._one_at_a_time:
            self.received.append(received)
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.connections += 1
        self.spoke_plainly += connection.recv(1, socket.MSG_PEEK) != TLS_HANDSHAKE
        try:
            return self._tls.wrap_socket(connection, server_side=True), address
        except OSError:
            connection.close()
            raise  # the server goes on with the next connection

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone is no error here."""


class Handler(BaseHTTPRequestHandler):
    server: SmsAeroServer

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        authorization = self.headers.get("Authorization", "")
        answer = self.server.keep(Received(self.path, authorization, json.loads(content)))
        self.server.going_down.wait(answer.wait)
        if answer.body is not None:
            self.answer(answer, answer.body.encode())

    def answer(self, answer: Answer, content: bytes) -> None:
        self.send_response(answer.status)
        if answer.location:
            self.send_header("Location", answer.location)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Logs nothing."""
