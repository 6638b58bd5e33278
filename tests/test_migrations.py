"""A migration runs while the site serves the code of before and after it."""

from typing import Any

import pytest
from django.db import connection
from django_migration_linter import MigrationLinter

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="production has PostgreSQL"),
]

# They ran on empty tables, before the first release. Never add to this list.
BEFORE_THE_FIRST_RELEASE = [
    "0001_people_codes_and_sign_ins",
    "0002_budgets_and_audit_trail",
    "0003_delivery_status",
    "0004_phone_change_and_trail",
    "0005_people_indexes",
    "0006_trail_events",
    "0001_invite_codes_and_activations",
]


def lint(**options: Any) -> MigrationLinter:
    linter = MigrationLinter(no_cache=True, no_output=True, all_warnings_as_errors=True, **options)
    for app in ("users", "referrals"):
        linter.lint_all_migrations(app_label=app)
    return linter


def test_no_migration_locks_a_table_or_breaks_the_code_before_it() -> None:
    assert lint(ignore_name=BEFORE_THE_FIRST_RELEASE).nb_erroneous == 0


def test_the_lint_finds_what_would_stop_a_running_site() -> None:
    assert lint(include_name=["0005_people_indexes"]).nb_erroneous == 1  # not CONCURRENTLY
    assert lint(include_name=["0004_phone_change_and_trail"]).nb_erroneous == 1
