"""Parts of the system are killed or restarted under load: nothing is lost or sent twice."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from tests.stack import Cluster, eventually
from tests.system.conftest import TABLE
from tests.system.journal import (
    Journal,
    activations_not_kept,
    forgotten,
    people_not_kept,
    sent_twice,
)

RECOVERY = 10  # seconds from when the parts run again


def kill_a_gunicorn_worker(cluster: Cluster) -> None:
    before = cluster.web_workers()
    os.kill(min(before), signal.SIGKILL)
    eventually(lambda: len(cluster.web_workers() - before) == 1)


def kill_a_web_server(cluster: Cluster) -> None:
    cluster.kill("web-2")
    time.sleep(2)  # the other one is alone
    cluster.start_server("web-2")


def kill_the_celery_worker(cluster: Cluster) -> None:
    cluster.kill("worker")
    time.sleep(2)  # codes pile up
    cluster.start_worker()


def restart_postgresql(cluster: Cluster) -> None:
    cluster.stop("postgresql")
    cluster.start_postgresql()


def crash_postgresql(cluster: Cluster) -> None:
    cluster.stop("postgresql", signal.SIGQUIT)
    cluster.start_postgresql()


def restart_redis(cluster: Cluster) -> None:
    cluster.kill("redis")
    cluster.start_redis()


def reload_both_servers(cluster: Cluster) -> None:
    cluster.reload()


FAULTS: dict[str, Callable[[Cluster], None]] = {
    "a gunicorn worker is killed": kill_a_gunicorn_worker,
    "a web server is killed": kill_a_web_server,
    "the Celery worker is killed": kill_the_celery_worker,
    "PostgreSQL restarts": restart_postgresql,
    "PostgreSQL crashes": crash_postgresql,
    "Redis restarts and has lost all": restart_redis,
    "both web servers are reloaded": reload_both_servers,
}


class Load:
    """The crowd, in a process of its own."""

    def __init__(self, cluster: Cluster, series: int) -> None:
        self.cluster = cluster
        self.path = cluster.folder / f"journal-{series}"
        worker_log = str(cluster.folder / "worker.log")
        command = [sys.executable, "-m", "tests.system.load", cluster.url, worker_log]
        cluster.start("load", *command, str(self.path), str(series))

    def journal(self) -> Journal:
        return Journal(self.path)

    def everything_is_answered(self, since: float = 0) -> bool:
        """Each kind of request three times: sign-ins, activations, profiles and lists."""
        answered = self.journal().answered_since(since) if self.path.exists() else {}
        return len(answered) == 6 and min(answered.values()) >= 3

    def finish(self) -> Journal:
        """Lets no new people in, and waits until all have finished."""
        self.cluster.parts["load"].terminate()
        assert self.cluster.parts["load"].wait(120) == 0, self.cluster.log("load")
        del self.cluster.parts["load"]
        return self.journal()


@pytest.fixture(params=FAULTS)
def fault(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def load(cluster: Cluster, fault: str) -> Iterator[Load]:
    running = Load(cluster, list(FAULTS).index(fault))
    yield running
    if "load" in cluster.parts:
        cluster.kill("load")


def test_nothing_is_lost_and_nothing_is_sent_twice(
    cluster: Cluster, load: Load, fault: str
) -> None:
    eventually(load.everything_is_answered)
    FAULTS[fault](cluster)
    over = time.monotonic()
    eventually(lambda: load.everything_is_answered(over))
    time.sleep(3)
    journal = load.finish()
    TABLE[list(FAULTS).index(fault)] = journal.summary(fault)

    assert journal.recovery(over) < RECOVERY
    assert journal.unexpected() == []
    assert activations_not_kept(cluster, journal) == []
    assert people_not_kept(cluster, journal) == []
    assert sent_twice(cluster) == []
    assert forgotten(cluster) == []
    assert [line for line in journal.failed if line.status == 500] == []
    if fault == "both web servers are reloaded":
        assert journal.failed == []
