"""A page by hand: its statements are sent again, and its HTML is kept."""

from typing import Any, cast

from django.db import connection
from django.http import HttpRequest, HttpResponse

from users.pages import profile
from users.sign_ins.browser import AuthenticatedHttpRequest

Recorded = tuple[list[tuple[str, Any]], bytes]
recorded: dict[str, Recorded] = {}  # by session


def profile_page(request: HttpRequest) -> HttpResponse:
    session = request.COOKIES["sessionid"]
    if session not in recorded:
        recorded[session] = _record(request)
    statements, html = recorded[session]
    with connection.cursor() as cursor:
        for sql, parameters in statements:
            cursor.execute(sql, parameters)
            if cursor.description:  # the first visit also writes
                cursor.fetchall()
    return HttpResponse(html)


def _record(request: HttpRequest) -> Recorded:
    statements = []

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        statements.append((sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        page = profile.show(cast(AuthenticatedHttpRequest, request))
    return statements, page.content
