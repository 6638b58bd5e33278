"""The statements of a migration for PostgreSQL only, and their reversal."""

import pytest
from django.core.management import call_command
from django.db import connection

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no vacuum of its own"),
]


def options_of(table: str) -> list[str] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = %s", [table])
        options: list[str] | None = cursor.fetchone()[0]
    return options


def test_new_activations_are_vacuumed_soon() -> None:
    soon = ["autovacuum_vacuum_insert_threshold=1000", "autovacuum_vacuum_insert_scale_factor=0"]
    assert options_of("referrals_activation") == soon
    call_command("migrate", "referrals", "0002", verbosity=0)
    assert options_of("referrals_activation") is None
    call_command("migrate", "referrals", verbosity=0)
    assert options_of("referrals_activation") == soon
