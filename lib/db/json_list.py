"""A list beside each row of a query: what one statement returns for a whole page of people."""

from typing import Any

from django.db.models import JSONField, Subquery


class Column(Subquery):
    """The column `cell` of a subquery, in its order, as one JSON list; null where it is empty.

    The subquery has a limit of its own for each row, where a window function would
    number all that there is. (A lateral join would do so too; SQLite has none.)
    """

    template = "(SELECT JSONB_AGG(cell) FROM (%(subquery)s) AS listed)"
    output_field = JSONField()

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        template = "(SELECT JSON_GROUP_ARRAY(cell) FROM (%(subquery)s) AS listed)"
        return self.as_sql(compiler, connection, template=template)  # type: ignore[call-arg]
