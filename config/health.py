"""Whether the process is alive, and whether it can take traffic."""

from functools import cache as once

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from config import __version__


class MigrationsPending(Exception):
    """The code needs migrations that the database does not have yet."""


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 and the version while the process is alive; without an answer, restart it."""
    return JsonResponse({"status": "ok", "version": __version__})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and is migrated, otherwise 503.

    Redis is only reported: sign-in, profile and activation work without it.
    """
    database = _database()
    is_ready = database == "ok"
    body = {"status": "ok" if is_ready else "unavailable", "database": database, "redis": _redis()}
    return JsonResponse(body, status=200 if is_ready else 503)


def _redis() -> str:
    if not settings.REDIS_URL:
        return "not configured"
    try:
        cache.get("readyz")
    except RedisError:
        return "unreachable"
    return "ok"


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        insist_on_migrations()
    except DatabaseError:
        return "unreachable"
    except MigrationsPending:
        return "migrations pending"
    return "ok"


@once
def insist_on_migrations() -> None:
    """Checks until all are applied, then never again: the check costs more than most requests."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise MigrationsPending
