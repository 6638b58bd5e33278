"""README.md is right about its gateway, its variables and its codes."""

import importlib.util
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.conftest import ALICE
from users import sms

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
GATEWAY, NAMING = re.findall(
    r"```python\n(.*?)```", README.split("## How an SMS")[1].split("\n## ")[0], re.DOTALL
)
ADDRESS = "https://sms.example.org/"
ANSWERED = [(202, None), (500, sms.NotSent), (None, sms.MaybeSent)]  # None: the connection breaks


class Gateway(BaseHTTPRequestHandler):
    status: ClassVar[int | None] = 202
    received: ClassVar[list[Any]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append(json.loads(body))
        if self.status:
            self.send_response(self.status)
            self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Logs nothing."""


@contextmanager
def gateway(monkeypatch: pytest.MonkeyPatch, status: int | None) -> Iterator[str]:
    """A server that stands in for sms.example.org."""
    monkeypatch.setattr(Gateway, "status", status)
    monkeypatch.setattr(Gateway, "received", [])
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def gateways(monkeypatch: pytest.MonkeyPatch, folder: Path, address: str) -> dict[str, Any]:
    """GATEWAYS, once both blocks of the README stand where it says."""
    assert GATEWAY.count(ADDRESS) == 1
    (folder / "example.py").write_text(GATEWAY.replace(ADDRESS, address))
    spec = importlib.util.spec_from_file_location("users.sms.example", folder / "example.py")
    assert spec is not None
    assert spec.loader is not None
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    monkeypatch.setattr(sms, "example", example, raising=False)
    named: dict[str, Any] = {}
    exec(NAMING, named)
    return dict(named["GATEWAYS"])


@pytest.mark.parametrize(("status", "raised"), ANSWERED)
def test_the_gateway_of_the_readme_sends(
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    tmp_path: Path,
    status: int | None,
    raised: type[Exception] | None,
) -> None:
    settings.SMS_GATEWAY = "example"
    with gateway(monkeypatch, status) as address:
        monkeypatch.setattr(sms, "GATEWAYS", gateways(monkeypatch, tmp_path, address))
        if raised is None:
            assert sms.send(ALICE, "Hello") == "example"
        else:
            with pytest.raises(raised):
                sms.send(ALICE, "Hello")
    assert Gateway.received == [{"to": ALICE, "text": "Hello"}]


def test_the_readme_names_the_gateway_beside_those_there_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with gateway(monkeypatch, 202) as address:
        named = gateways(monkeypatch, tmp_path, address)
    assert {name: named[name] for name in sms.GATEWAYS} == sms.GATEWAYS
    assert named.keys() == {*sms.GATEWAYS, "example"}
    imports = NAMING.splitlines()[0].replace("example, ", "")
    assert imports in (ROOT / "users" / "sms" / "__init__.py").read_text().splitlines()


def names_in_the_readme() -> tuple[set[str], set[str]]:
    """The variables of the application, and those of Docker Compose alone."""
    section = README.split("## The environment")[1].split("\n## ")[0]
    ours, compose = section.split("And these are Docker Compose's alone")
    return _in_first_column(ours), _in_first_column(compose)


def _in_first_column(text: str) -> set[str]:
    columns = re.findall(r"^\|([^|]*)\|", text, re.MULTILINE)
    return {name for column in columns for name in re.findall(r"`([^`]+)`", column)}


def names_in_the_example() -> tuple[set[str], set[str]]:
    ours, compose = (ROOT / ".env.example").read_text().split("# Docker Compose alone")
    return _commented_out(ours), _commented_out(compose)


def _commented_out(text: str) -> set[str]:
    return set(re.findall(r"^#([A-Z_]+)=", text, re.MULTILINE))


def names_that_are_read() -> set[str]:
    settings = (ROOT / "config" / "settings.py").read_text()
    gunicorn = (ROOT / "config" / "gunicorn.py").read_text()
    return {
        *re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', settings),
        *re.findall(r"""\bgiven(?:\.get\(|\[)["']([A-Z_]+)["']""", gunicorn),
    }


def names_that_compose_reads() -> set[str]:
    files = [(ROOT / name).read_text() for name in ("docker-compose.yml", "docker-compose.tls.yml")]
    return set(re.findall(r"\$\{([A-Z_]+)", "".join(files)))


def test_readme_example_and_settings_name_the_same_variables() -> None:
    read = names_that_are_read()
    assert len(read) > 40
    assert names_in_the_readme()[0] == read
    assert names_in_the_example()[0] == read


def test_readme_and_example_name_what_docker_compose_alone_reads() -> None:
    alone = names_that_compose_reads() - names_that_are_read() | {"COMPOSE_FILE"}
    assert names_in_the_readme()[1] == alone
    assert names_in_the_example()[1] == alone


def test_every_code_of_the_readme_is_described_in_redoc(db: None) -> None:
    section = README.split("### Errors")[1].split("\n## ")[0]
    codes = set(re.findall(r"^\| `(\w+)` \| [0-9]{3} \|", section, re.MULTILINE))
    described = APIClient().get("/swagger.json").text
    assert len(codes) > 25
    assert {code for code in codes if f"`{code}`" not in described} == set()


def test_the_readme_has_every_refusal_of_redoc(db: None) -> None:
    described = set(re.findall(r"`(\w+)`: ", APIClient().get("/swagger.json").text))
    assert {code for code in described if f"| `{code}` |" not in README} == set()


@pytest.mark.parametrize("path", re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", README))
def test_what_the_readme_links_to_is_there(path: str) -> None:
    assert (ROOT / path).exists()
