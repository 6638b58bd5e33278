"""Reading by hand: a profile, the invited list, the staff's list of people."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import jwt
from django.conf import settings
from django.core import signing
from django.db import connection
from django.http import HttpRequest, JsonResponse

from users import keys

[KEY, *_] = keys.derive("tokens")
PAGE = 100
INVITED = "/api/v1/referrals/invited/"
PEOPLE = "/api/v1/users/"

SIGN_IN = """
    SELECT s.generation, s.rotated_at, s.created_at, u.id, u.phone_number, u.first_name,
           u.last_name, u.email, u.avatar, u.date_joined, u.is_staff, s.proof_length
    FROM users_signin s JOIN users_user u ON u.id = s.user_id
    WHERE s.id = %s AND s.ended_at IS NULL AND u.is_active
"""
CODES = """
    SELECT mine.code, (SELECT c.code FROM referrals_activation a
                       JOIN referrals_invitecode c ON c.id = a.invite_code_id
                       WHERE a.invitee_id = mine.owner_id)
    FROM referrals_invitecode mine WHERE mine.owner_id = %s AND mine.retired_at IS NULL
"""
NEWEST = """
    SELECT u.phone_number FROM referrals_activation a JOIN users_user u ON u.id = a.invitee_id
    WHERE a.inviter_id = %s AND u.phone_number IS NOT NULL
    ORDER BY a.activated_at DESC, a.id DESC LIMIT 100
"""
COUNT = "SELECT COUNT(*) FROM referrals_activation WHERE inviter_id = %s"
FIRST_PAGE = """
    SELECT a.id, a.activated_at, u.phone_number
    FROM referrals_activation a JOIN users_user u ON u.id = a.invitee_id
    WHERE a.inviter_id = %s ORDER BY a.activated_at DESC, a.id DESC LIMIT 101
"""
LATER_PAGE = """
    SELECT a.id, a.activated_at, u.phone_number
    FROM referrals_activation a JOIN users_user u ON u.id = a.invitee_id
    WHERE a.inviter_id = %s AND a.activated_at <= %s
      AND (a.activated_at < %s OR a.activated_at = %s AND a.id < %s)
    ORDER BY a.activated_at DESC, a.id DESC LIMIT 101
"""
PERSON = (
    "SELECT id, phone_number, first_name, last_name, email, avatar, date_joined, is_active,"
    " is_staff, last_login FROM users_user"
)
PEOPLE_PAGE = f"{PERSON} ORDER BY date_joined DESC, id DESC LIMIT 101"
PEOPLE_FOUND = f"""{PERSON}
    WHERE phone_number = %(home)s OR phone_number >= %(start)s AND phone_number < %(stop)s
       OR phone_number >= %(home)s AND phone_number < %(home_stop)s
       OR reverse(phone_number) >= %(last)s AND reverse(phone_number) < %(last_stop)s
    ORDER BY date_joined DESC, id DESC LIMIT 101
"""
CODES_OF = (
    "SELECT owner_id, code FROM referrals_invitecode"
    " WHERE owner_id = ANY(%s) AND retired_at IS NULL"
)
INVITERS_OF = """
    SELECT a.invitee_id, c.code, u.id, u.phone_number
    FROM referrals_activation a JOIN users_user u ON u.id = a.inviter_id
    JOIN referrals_invitecode c ON c.id = a.invite_code_id WHERE a.invitee_id = ANY(%s)
"""
COUNTS_OF = (
    "SELECT inviter_id, COUNT(*) FROM referrals_activation WHERE inviter_id = ANY(%s) GROUP BY 1"
)
NEWEST_OF = """
    SELECT inviter_id, phone_number FROM (
        SELECT a.inviter_id, u.phone_number, ROW_NUMBER() OVER (
            PARTITION BY a.inviter_id ORDER BY a.activated_at DESC, a.id DESC) AS rank
        FROM referrals_activation a JOIN users_user u ON u.id = a.invitee_id
        WHERE a.inviter_id = ANY(%s) AND u.phone_number IS NOT NULL) AS ranked
    WHERE rank <= 100 ORDER BY inviter_id, rank
"""


def signed_in(request: HttpRequest, cursor: Any) -> Any:
    """The row of the sign-in and its user that an access token names."""
    access = request.META["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    cursor.execute(SIGN_IN, [jwt.decode(access, KEY, ["HS256"])["sid"]])
    return cursor.fetchone()


def profile(request: HttpRequest) -> JsonResponse:
    with connection.cursor() as cursor:
        user = signed_in(request, cursor)[3:]
        cursor.execute(CODES, [user[0]])
        code, activated = cursor.fetchone()
        cursor.execute(NEWEST, [user[0]])
        newest = [number for (number,) in cursor.fetchall()]
        cursor.execute(COUNT, [user[0]])
        [count] = cursor.fetchone()
    return JsonResponse(_profile(user, code, activated, newest, count))


def _profile(user: Any, code: str, activated: str | None, newest: Any, count: int) -> Any:
    return {
        "id": user[0],
        "phone_number": user[1],
        "first_name": user[2],
        "last_name": user[3],
        "email": user[4],
        "avatar": user[5] or None,
        "date_joined": utc(user[6]),
        "invite_code": code,
        "invite_link": f"{settings.SITE_URL}/i/{code}/",
        "activated_invite_code": activated,
        "invited_users": newest,
        "invited_users_count": count,
    }


def invited(request: HttpRequest) -> JsonResponse:
    with connection.cursor() as cursor:
        user = signed_in(request, cursor)[3:]
        if "cursor" in request.GET:
            _, (moment, pk) = signing.loads(request.GET["cursor"], salt=INVITED)
            cursor.execute(LATER_PAGE, [user[0], moment, moment, moment, pk])
        else:
            cursor.execute(FIRST_PAGE, [user[0]])
        rows = cursor.fetchall()
    results = [{"phone_number": row[2], "activated_at": utc(row[1])} for row in rows[:PAGE]]
    return _page(request, INVITED, results, [(row[1], row[0]) for row in rows])


def people(request: HttpRequest) -> JsonResponse:
    with connection.cursor() as cursor:
        signed_in(request, cursor)
        cursor.execute(*_people_query(request.GET.get("search")))
        rows = cursor.fetchall()
        ids = [row[0] for row in rows[:PAGE]]
        cursor.execute(CODES_OF, [ids])
        codes = dict(cursor.fetchall())
        cursor.execute(INVITERS_OF, [ids])
        inviters = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(COUNTS_OF, [ids])
        counts = dict(cursor.fetchall())
        cursor.execute(NEWEST_OF, [ids])
        newest: dict[int, list[str]] = {}
        for inviter, number in cursor.fetchall():
            newest.setdefault(inviter, []).append(number)
    results = [_person(row, codes, inviters, counts, newest) for row in rows[:PAGE]]
    return _page(request, PEOPLE, results, [(row[6], row[0]) for row in rows])


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


def _person(row: Any, codes: Any, inviters: Any, counts: Any, newest: Any) -> Any:
    pk = row[0]
    activated, *inviter = inviters.get(pk, (None, None, None))
    return {
        **_profile(row, codes.get(pk), activated, newest.get(pk, []), counts.get(pk, 0)),
        "is_active": row[7],
        "is_staff": row[8],
        "last_login": row[9] and utc(row[9]),
        "inviter": {"id": inviter[0], "phone_number": inviter[1]} if activated else None,
    }


def _page(request: HttpRequest, path: str, results: Any, positions: Any) -> JsonResponse:
    def link(back: bool, position: Any) -> str:
        cursor = signing.dumps([back, [position[0].isoformat(), position[1]]], salt=path)
        return f"{settings.SITE_URL}{path}?cursor={quote(cursor)}"

    following = link(False, positions[PAGE - 1]) if len(positions) > PAGE else None
    previous = link(True, positions[0]) if "cursor" in request.GET else None
    return JsonResponse({"next": following, "previous": previous, "results": results})


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
