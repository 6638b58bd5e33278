"""Random text drawn by the database, also for programs that do not know the column."""

from typing import Any

from django.db.models import CharField, Func
from django.db.models.sql.compiler import SQLCompiler

UUID_DIGITS = 32


class RandomHex(Func):
    """So many hexadecimal digits, others for each row: a `db_default`, or a value of an update.

    PostgreSQL draws a UUID, in which 6 of the 128 bits are always the same.
    """

    output_field = CharField()

    def __init__(self, length: int) -> None:
        if length % 2 or not 0 < length <= UUID_DIGITS:
            raise ValueError(f"An even length up to {UUID_DIGITS}, not {length}")
        super().__init__()
        self.length = length

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        return f"lower(hex(randomblob({self.length // 2})))", []

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **kwargs: Any) -> Any:
        return f"left(replace(gen_random_uuid()::text, '-', ''), {self.length})", []
