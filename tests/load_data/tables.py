"""COPY into tables without indexes, which are then built at once: all in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

from rich.progress import Progress

from tests.load_data.people import Row

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
    """A file for COPY to read, whose lines are made as they are read."""

    def __init__(self, rows: Iterator[Row], progress: Progress, task: Any) -> None:
        self.rows, self.progress, self.task = rows, progress, task

    def read(self, size: int) -> str:
        taken = list(islice(self.rows, AT_ONCE))
        self.progress.advance(self.task, len(taken))
        return "".join("\t".join(map(str, row.values())) + "\n" for row in taken)


def copy(cursor: Any, progress: Progress, table: str, rows: Iterator[Row], number: int) -> None:
    """Frozen from the start: the table was emptied in this transaction, so no one sees it
    half full, and index-only scans need no vacuum first.
    """
    first = next(rows, None)
    if first is None:
        return
    task = progress.add_task(table, total=number)
    statement = f"COPY {table} ({', '.join(first)}) FROM STDIN WITH (FREEZE)"
    cursor.copy_expert(statement, Lines(chain([first], rows), progress, task))
    progress.update(task, completed=number)
    cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, number])


@contextmanager
def without_indexes(cursor: Any, progress: Progress, tables: list[str]) -> Iterator[None]:
    """Drops indexes, unique and foreign keys, and creates the same ones again."""
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
