"""Reading by hand: a profile, the invited list, the staff's list of people."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import jwt
from django.conf import settings
from django.core import signing
from django.db import connection
from django.http import HttpRequest, HttpResponse
from psycopg2.extensions import adapt

from lib.db.prepared import Prepared, Slot
from referrals.invited import listing, summaries
from users import keys
from users.models import SignIn, User
from users.sign_ins import sign_ins

[KEY, *_] = keys.derive("tokens")
PAGE = 100
INVITED = "/api/v1/referrals/invited/"
PEOPLE = "/api/v1/users/"


def statement(prepared: Prepared[*tuple[Any, ...]]) -> str:
    """A statement of the product, word for word, with its constants written out."""
    _, _, sql, parameters = prepared.statement
    return sql % tuple("%s" if isinstance(p, Slot) else _literal(p) for p in parameters)


def _literal(constant: Any) -> str:
    plain = str(constant) if isinstance(constant, str) else constant
    return str(adapt(plain).getquoted().decode())


SIGN_IN = statement(sign_ins._with_user)
PART_OF = statement(summaries._part_of)
FIRST_PAGE = f"{statement(listing._newest)} LIMIT {PAGE + 1}"
LATER_PAGE = f"{statement(listing._older)} LIMIT {PAGE + 1}"
USER_COLUMNS = [field.column for field in User._meta.concrete_fields]
SIGN_IN_COLUMNS = [
    *(f"sign_in.{field.column}" for field in SignIn._meta.concrete_fields),
    *USER_COLUMNS,
]
INVITED_COLUMNS = ["id", "activated_at", "phone_number"]
PERSON = f"SELECT {', '.join(USER_COLUMNS)} FROM users_user"
PEOPLE_PAGE = f"{PERSON} ORDER BY date_joined DESC, id DESC LIMIT 101"
PEOPLE_FOUND = f"""{PERSON}
    WHERE phone_number = %(home)s OR phone_number >= %(start)s AND phone_number < %(stop)s
       OR phone_number >= %(home)s AND phone_number < %(home_stop)s
       OR reverse(phone_number) >= %(last)s AND reverse(phone_number) < %(last_stop)s
    ORDER BY date_joined DESC, id DESC LIMIT 101
"""
PARTS_OF = """
    SELECT u.id, c.code, used.code, (SELECT JSONB_AGG(cell) FROM (
               SELECT i.phone_number AS cell FROM referrals_activation a
               JOIN users_user i ON i.id = a.invitee_id
               WHERE i.phone_number IS NOT NULL AND a.inviter_id = u.id
               ORDER BY a.activated_at DESC, a.id DESC LIMIT 100) AS listed),
           COALESCE(t.count, 0) + (SELECT COUNT(*) FROM referrals_activation a
               WHERE a.inviter_id = u.id
               AND a.activated_at > COALESCE(t.counted_to, '1970-01-01Z')),
           a.inviter_id, inviter.phone_number
    FROM users_user u
    LEFT JOIN referrals_invitecode c ON c.owner_id = u.id AND c.retired_at IS NULL
    LEFT JOIN referrals_activation a ON a.invitee_id = u.id
    LEFT JOIN referrals_invitecode used ON used.id = a.invite_code_id
    LEFT JOIN users_user inviter ON inviter.id = a.inviter_id
    LEFT JOIN referrals_invitedtotal t ON t.inviter_id = u.id
    WHERE u.id = ANY(%s)
"""


def named(columns: list[str], row: Any) -> dict[str, Any]:
    """A row by the names of its columns: a new one of a model shifts nothing."""
    return dict(zip(columns, row, strict=True))


def signed_in(request: HttpRequest, cursor: Any) -> Any:
    """The columns of the user whose sign-in an access token names."""
    token = jwt.decode(request.META["HTTP_AUTHORIZATION"].removeprefix("Bearer "), KEY, ["HS256"])
    cursor.execute(SIGN_IN, [token["sid"]])
    row = named(SIGN_IN_COLUMNS, cursor.fetchone())
    assert row["sign_in.nonce"] == nonce_of(token)
    return row


def nonce_of(token: dict[str, Any]) -> str:
    return str(token["jti"].partition(".")[0])


def profile(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        user = signed_in(request, cursor)
        cursor.execute(PART_OF, [user["id"], user["id"]])
        code, activated, newest, count = cursor.fetchone()
    return answer(_profile(user, code, activated, json.loads(newest or "[]"), count))


def _profile(user: Any, code: str, activated: str | None, newest: Any, count: int) -> Any:
    return {
        "id": user["id"],
        "subject": f"{user['id']}-{user['subject_key']}",
        "phone_number": user["phone_number"],
        "first_name": user["first_name"],
        "last_name": user["last_name"],
        "email": user["email"],
        "avatar": user["avatar"] or None,
        "date_joined": utc(user["date_joined"]),
        "invite_code": code,
        "invite_link": f"{settings.SITE_URL}/i/{code}/",
        "activated_invite_code": activated,
        "invited_users": newest,
        "invited_users_count": count,
    }


def invited(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        user = signed_in(request, cursor)
        if "cursor" in request.GET:
            _, (moment, pk) = signing.loads(request.GET["cursor"], salt=INVITED)
            cursor.execute(LATER_PAGE, [user["id"], moment, moment, pk, moment])
        else:
            cursor.execute(FIRST_PAGE, [user["id"]])
        rows = [named(INVITED_COLUMNS, row) for row in cursor.fetchall()]
    results = [
        {"phone_number": row["phone_number"], "activated_at": utc(row["activated_at"])}
        for row in rows[:PAGE]
    ]
    return _page(request, INVITED, results, [(row["activated_at"], row["id"]) for row in rows])


def people(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        signed_in(request, cursor)
        cursor.execute(*_people_query(request.GET.get("search")))
        rows = [named(USER_COLUMNS, row) for row in cursor.fetchall()]
        cursor.execute(PARTS_OF, [[row["id"] for row in rows[:PAGE]]])
        parts = {pk: part for pk, *part in cursor.fetchall()}
    results = [_person(row, *parts[row["id"]]) for row in rows[:PAGE]]
    return _page(request, PEOPLE, results, [(row["date_joined"], row["id"]) for row in rows])


def _people_query(digits: str | None) -> tuple[str, dict[str, str]]:
    if digits is None:
        return PEOPLE_PAGE, {}
    after, last = str(int(digits) + 1), digits[::-1]
    return PEOPLE_FOUND, {
        "start": f"+{digits}",
        "stop": f"+{after}",
        "home": f"+7{digits}",
        "home_stop": f"+7{after}",
        "last": last,
        "last_stop": str(int(last) + 1),
    }


def _person(
    row: Any, code: str, activated: str, newest: str, count: int, inviter: int, name: str
) -> Any:
    return {
        **_profile(row, code, activated, json.loads(newest or "[]"), count),
        "is_active": row["is_active"],
        "is_staff": row["is_staff"],
        "last_login": row["last_login"] and utc(row["last_login"]),
        "inviter": {"id": inviter, "phone_number": name} if inviter else None,
    }


def _page(request: HttpRequest, path: str, results: Any, positions: Any) -> HttpResponse:
    def link(back: bool, position: Any) -> str:
        cursor = signing.dumps([back, [position[0].isoformat(), position[1]]], salt=path)
        return f"{settings.SITE_URL}{path}?cursor={quote(cursor)}"

    following = link(False, positions[PAGE - 1]) if len(positions) > PAGE else None
    previous = link(True, positions[0]) if "cursor" in request.GET else None
    return answer({"next": following, "previous": previous, "results": results})


def answer(data: Any, status: int = 200) -> HttpResponse:
    """As short as the product's; Django's own JsonResponse puts spaces in."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(body, status=status, content_type="application/json")


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
