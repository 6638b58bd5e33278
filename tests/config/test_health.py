"""What a load balancer asks."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from config import __version__, health

HEALTHZ, READYZ = "/healthz/", "/readyz/"


@pytest.fixture(autouse=True)
def fresh_process() -> None:
    """A check that has not yet seen that all migrations have run."""
    health.insist_on_migrations.cache_clear()


def ready(client: Client) -> tuple[int, str, str, str]:
    """The status, and what the body says of the site, the database and Redis."""
    response = client.get(READYZ)
    body = response.json()
    assert body.keys() == {"status", "database", "redis"}
    return response.status_code, body["status"], body["database"], body["redis"]


def test_a_live_process_needs_no_database(client: Client) -> None:
    response = client.get(HEALTHZ)
    assert (response.status_code, response.json()) == (
        200,
        {"status": "ok", "version": __version__},
    )


@pytest.mark.django_db
def test_a_migrated_database_is_ready(client: Client) -> None:
    assert ready(client) == (200, "ok", "ok", "not configured")


@pytest.mark.django_db
def test_a_pending_migration_is_not_ready(client: Client) -> None:
    migrations = MigrationRecorder.Migration.objects
    migrations.filter(app="users").order_by("-id")[:1].get().delete()
    assert ready(client) == (503, "unavailable", "migrations pending", "not configured")


@pytest.mark.django_db
def test_migrations_are_looked_for_until_they_are_there(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    newest = MigrationRecorder.Migration.objects.filter(app="users").latest("id")
    newest.delete()
    assert ready(client)[0] == 503
    newest.save(force_insert=True)
    assert ready(client)[0] == 200
    with django_assert_num_queries(1):
        assert ready(client)[0] == 200


@pytest.mark.django_db(transaction=True)
def test_a_database_out_of_reach_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as elsewhere:
        connection.close()
        elsewhere.setitem(connection.settings_dict, "NAME", "/nowhere/to/be/found")
        assert ready(client) == (503, "unavailable", "unreachable", "not configured")
        assert client.get(HEALTHZ).status_code == 200


@pytest.mark.django_db
def test_redis_that_answers_is_reported(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1/"
    assert ready(client) == (200, "ok", "ok", "ok")


@pytest.mark.django_db
def test_redis_out_of_reach_is_reported_and_not_fatal(client: Client, settings: Settings) -> None:
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.REDIS_URL = "redis://127.0.0.1:1/"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": settings.REDIS_URL}}
    assert ready(client) == (200, "ok", "ok", "unreachable")


@pytest.mark.parametrize("path", [HEALTHZ, READYZ])
@pytest.mark.django_db
def test_no_cache_keeps_the_answer(client: Client, path: str) -> None:
    assert "no-store" in client.get(path)["Cache-Control"]
    assert client.post(path).status_code == 405
