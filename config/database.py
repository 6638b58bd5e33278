"""How long a request may keep the database busy, and what PgBouncer wants otherwise."""

from typing import Any

POSTGRESQL = "lib.db.postgresql"


def limit(database: dict[str, Any], **limits: int) -> None:
    """Has PostgreSQL end what takes longer than these milliseconds; 0 for no end.

    For web requests alone: a migration, a purge and the worker take their time. A
    streamed export is read by many statements, and each has the limit for itself.
    """
    if database["ENGINE"] != POSTGRESQL or database.get("DISABLE_SERVER_SIDE_CURSORS"):
        return  # PgBouncer refuses start-up options: set them on the role there
    options = database.setdefault("OPTIONS", {})
    given = " ".join(f"-c {name}={milliseconds}" for name, milliseconds in limits.items())
    options["options"] = f"{options.get('options', '')} {given}".strip()


def behind_pgbouncer(database: dict[str, Any]) -> None:
    """In transaction mode nothing of a connection outlives a transaction."""
    database["CONN_MAX_AGE"] = 0  # PgBouncer keeps the connections
    database["DISABLE_SERVER_SIDE_CURSORS"] = True
