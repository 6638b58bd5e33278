"""COPY into tables without indexes, which are then built at once: all in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from rich.progress import Progress

AT_ONCE = 5_000  # lines handed to the driver

INDEXES = """
    SELECT 'DROP INDEX ' || i.indexrelid::regclass, pg_get_indexdef(i.indexrelid)
    FROM pg_index i
    WHERE i.indrelid = ANY(%(tables)s::regclass[])
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid
                      AND c.conrelid = i.indrelid AND c.contype IN ('p', 'u'))
"""
CONSTRAINTS = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,
                  pg_get_constraintdef(oid))
    FROM pg_constraint
    WHERE conrelid = ANY(%(tables)s::regclass[]) AND contype IN ('u', 'f')
       OR confrelid = ANY(%(tables)s::regclass[]) AND contype = 'f'
    ORDER BY contype
"""  # foreign keys first, which lean on unique ones


class Lines:
    """What COPY reads from: lines made as they are asked for."""

    def __init__(self, lines: Iterator[str], progress: Progress, task: Any) -> None:
        self.lines, self.progress, self.task = lines, progress, task

    def read(self, size: int) -> str:
        taken = list(islice(self.lines, AT_ONCE))
        self.progress.advance(self.task, len(taken))
        return "".join(taken)


def copy(
    cursor: Any, progress: Progress, table: str, columns: str, lines: Iterator[str], rows: int
) -> None:
    """Frozen from the start: the table was emptied in this transaction, so nobody sees it
    half full, and index-only scans need no vacuum first.
    """
    task = progress.add_task(table, total=rows)
    statement = f"COPY {table} ({columns}) FROM STDIN WITH (FREEZE)"
    cursor.copy_expert(statement, Lines(lines, progress, task))
    progress.update(task, completed=rows)
    cursor.execute(
        "SELECT setval(pg_get_serial_sequence(%s, 'id'), GREATEST(%s, 1))", [table, rows]
    )


@contextmanager
def without_indexes(cursor: Any, progress: Progress, tables: list[str]) -> Iterator[None]:
    """Takes indexes, unique and foreign keys away, and makes the very same again."""
    found = []
    for query in (CONSTRAINTS, INDEXES):
        cursor.execute(query, {"tables": tables})
        found.append(cursor.fetchall())
    constraints, indexes = found
    for drop, _ in [*constraints, *indexes]:
        cursor.execute(drop)
    yield
    again = [make for _, make in [*indexes, *reversed(constraints)]]
    for make in progress.track(again, description="indexes and constraints"):
        cursor.execute(make)
