"""The system as it runs in production: nginx, two web servers, PostgreSQL and the rest."""

import signal
from contextlib import closing
from typing import Any

import httpx
import psycopg2

from tests.stack import nginx, postgresql
from tests.stack.parts import eventually, free_port
from tests.stack.stack import Stack

SERVERS = ("web-1", "web-2")
# As systemd and Compose do: a worker ends when Redis goes away under messages that it has not
# acknowledged yet (kombu 5.7 raises an AttributeError), and a new one finds their codes.
RESTART_ALWAYS = ("bash", "-c", 'while :; do "$@"; sleep 1; done', "bash")


class Cluster(Stack):
    """`url` is nginx's; `ports` are those of the servers behind it."""

    def __init__(self, port: int | None = None, **environment: str) -> None:
        self.ports = {name: free_port() for name in SERVERS}
        self.metrics_ports = {name: free_port() for name in SERVERS}
        self.postgresql_port = free_port()
        production = {"DEBUG": "false", "TRUSTED_PROXIES": "1", "SMS_INBOX": "true"}
        database_url = f"postgres://postgres@127.0.0.1:{self.postgresql_port}/postgres"
        super().__init__(database_url, port, **{**production, **environment})
        self.environment["DJANGO_SETTINGS_MODULE"] = "tests.stack_settings"
        self.environment["STACK_FOLDER"] = str(self.folder)

    def begin(self) -> None:
        self.postgresql = postgresql.new_server(self.folder / "data", self.postgresql_port)
        self.start_postgresql()
        super().begin()
        self.manage("collectstatic", "--verbosity", "0")
        self.start_nginx("nginx", self.port)

    def start_postgresql(self) -> None:
        command, user = self.postgresql
        self.start("postgresql", *command, cwd=self.folder, user=user)
        eventually(lambda: self.query("SELECT 1"))

    def start_web(self, workers: int = 2) -> None:
        for name in SERVERS:
            self.start_server(name, workers)

    def start_server(self, name: str, workers: int = 2) -> None:
        inside = {"METRICS_PORT": str(self.metrics_ports[name])}
        self.serve(name, self.ports[name], workers, **inside)

    def start_worker(self, *supervisor: str) -> None:
        """Returns once it accepts connections."""
        path = self.folder / "worker.log"
        before = path.read_text().count(" ready.") if path.exists() else 0
        super().start_worker(*supervisor or RESTART_ALWAYS)
        eventually(lambda: self.log("worker").count(" ready.") > before)

    def start_nginx(self, name: str, port: int, **variables: str) -> str:
        """Starts an nginx in front of both servers, and returns its address."""
        scheme = variables.get("NGINX_SCHEME", "http")
        self.start(name, *nginx.command(self.folder / name, self.front(name, port) | variables))
        url = f"{scheme}://127.0.0.1:{port}"
        eventually(lambda: httpx.get(f"{url}/readyz/", verify=False))
        return url

    def front(self, name: str, port: int) -> dict[str, str]:
        """What the templates of nginx ask for."""
        servers = [f"127.0.0.1:{port} max_fails=0" for port in self.ports.values()]
        return {
            "NGINX_UPSTREAM": "; server ".join(servers),
            "NGINX_RESOLVER": "127.0.0.1",
            "NGINX_SCHEME": "http",
            "NGINX_LISTEN": f"127.0.0.1:{port}",
            "NGINX_LISTEN_TLS": f"127.0.0.1:{port}",
            "NGINX_STATUS": f"127.0.0.1:{free_port()}",
            "NGINX_SITE_URL": self.url,
            "NGINX_FRONT_PROXY": "255.255.255.255",
            "NGINX_FLOOD_GUARD": self.environment["FLOOD_GUARD"],
            "NGINX_SMS_INBOX": self.environment["SMS_INBOX"],
            "NGINX_STATIC": str(self.folder / "static"),
            "NGINX_MEDIA": str(self.folder / "media"),
            "NGINX_ERRORS": str(nginx.SOURCE / "errors"),
            "NGINX_CERTIFICATES": str(self.folder),
            "NGINX_LOG": str(self.folder / f"{name}-access.log"),
        }

    def stop(self, name: str, politely: signal.Signals | None = None) -> None:
        # On SIGTERM PostgreSQL waits until every client has gone.
        fast = signal.SIGINT if name == "postgresql" else signal.SIGTERM
        super().stop(name, politely or fast)

    def reload(self) -> None:
        """Both servers replace their workers, and finish what the old ones had begun."""
        old = self.web_workers()
        for name in SERVERS:
            self.parts[name].send_signal(signal.SIGHUP)
        eventually(lambda: old.isdisjoint(self.web_workers()), patience=60)

    def web_workers(self) -> set[int]:
        """The processes of gunicorn's workers, of both servers."""
        return {pid for name in SERVERS if name in self.parts for pid in self.children(name)}

    def query(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        url = self.environment["DATABASE_URL"]
        with closing(psycopg2.connect(url)) as db, db, db.cursor() as sql:
            sql.execute(statement, values)
            return sql.fetchall() if sql.description else []
