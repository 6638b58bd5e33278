"""A list for each row of a query, so that one statement returns the lists of a whole page."""

from typing import Any

from django.db.models import JSONField, Subquery


class Column(Subquery):
    """The column `cell` of a subquery, in its order, as one JSON list; null if it is empty.

    The subquery can have a limit for each row, while a window function would number all
    rows. (A lateral join would do as well, but SQLite has none.)
    """

    template = "(SELECT JSONB_AGG(cell) FROM (%(subquery)s) AS listed)"
    output_field = JSONField()

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        template = "(SELECT JSON_GROUP_ARRAY(cell) FROM (%(subquery)s) AS listed)"
        return self.as_sql(compiler, connection, template=template)  # type: ignore[call-arg]
