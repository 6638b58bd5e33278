"""How long a request may keep the database busy, and the settings that PgBouncer needs."""

from typing import Any

POSTGRESQL = "lib.db.postgresql"


def limit(database: dict[str, Any], **limits: int) -> None:
    """Makes PostgreSQL end what takes longer than these milliseconds; 0 means no limit.

    Only web requests have limits: a migration, a purge and the worker may take longer.
    A streamed export runs many statements, and the limit applies to each of them.
    """
    if database["ENGINE"] != POSTGRESQL or database.get("DISABLE_SERVER_SIDE_CURSORS"):
        return  # PgBouncer refuses start-up options: set them on the role there
    options = database.setdefault("OPTIONS", {})
    given = " ".join(f"-c {name}={milliseconds}" for name, milliseconds in limits.items())
    options["options"] = f"{options.get('options', '')} {given}".strip()


def behind_pgbouncer(database: dict[str, Any]) -> None:
    """In transaction mode a connection keeps no state after a transaction."""
    database["CONN_MAX_AGE"] = 0  # PgBouncer keeps the connections
    database["DISABLE_SERVER_SIDE_CURSORS"] = True
