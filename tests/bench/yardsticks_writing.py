"""Writing by hand: asking for a code, signing in, refreshing, activating."""

import hmac
import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt

from referrals import activations
from referrals import services as activating
from tests.bench.yardsticks_reading import (
    KEY,
    SIGN_IN,
    SIGN_IN_COLUMNS,
    USER_COLUMNS,
    answer,
    named,
    nonce_of,
    signed_in,
    statement,
    utc,
)
from users import keys
from users.confirmation import codes, tallies
from users.confirmation.delivery import deliver
from users.models import ConfirmationCode
from users.sign_ins import sign_ins, signing_in

CODE_COLUMNS = [field.column for field in ConfirmationCode._meta.concrete_fields]
[CODES_KEY, *_] = keys.derive("codes")
CODES_KEY_NAME = keys.name(CODES_KEY)

FAILED = (
    "SELECT COALESCE(SUM(count), 0) FROM users_tally WHERE name = 'failed_guesses' AND since > %s"
)
RETIRE = """
    UPDATE users_confirmationcode SET live = false
    WHERE live AND phone_number = %s AND purpose = 'sign_in' AND created_at <= %s
"""
SPENT = """
    SELECT COUNT(*) FILTER (WHERE charged AND created_at > %(hour)s),
           COUNT(*) FILTER (WHERE charged AND created_at > %(day)s),
           MIN(created_at) FILTER (WHERE charged AND created_at > %(hour)s),
           MIN(created_at) FILTER (WHERE charged AND created_at > %(day)s),
           COALESCE(SUM(attempts - (used_at IS NOT NULL)::int)
                    FILTER (WHERE expires_at > %(day)s), 0),
           COALESCE(SUM(attempts - (used_at IS NOT NULL)::int)
                    FILTER (WHERE expires_at > %(month)s), 0),
           MIN(expires_at) FILTER (WHERE expires_at > %(day)s
                                   AND attempts > (used_at IS NOT NULL)::int)
    FROM users_confirmationcode WHERE phone_number = %(number)s AND created_at > %(began)s
"""
NEW_CODE = """
    INSERT INTO users_confirmationcode (phone_number, purpose, nonce, key_id, length, created_at,
        expires_at, attempts, live, charged, language, delivery, due_at, tries, gateway,
        delivery_error, is_test)
    VALUES (%s, 'sign_in', %s, %s, 4, %s, %s, 0, true, true, 'en', 'queued', %s, 0, '', '', false)
    RETURNING id
"""
TRAIL = """
    INSERT INTO users_auditevent (event, user_id, actor_id, masked_number, ip_address, at, details)
    VALUES (%s, %s, NULL, %s, '127.0.0.1', %s, %s) RETURNING id
"""
TALLY = "UPDATE users_tally SET count = count + 1 WHERE name = %s AND since = %s AND count < %s"
LIVE = statement(codes._for_signing_in)
TALLIES = statement(tallies._counts)
PAY = statement(codes._pay)
PERSON = statement(signing_in._known)
ADMIT = statement(signing_in._admit)
USE_UP = statement(codes._mark_used)
NEW_SIGN_IN = """
    INSERT INTO users_signin (user_id, proof_length, nonce, generation, rotated_at, user_agent,
        ip_address, created_at, last_used_at, ended_at)
    VALUES (%s, 4, %s, 0, %s, '', '127.0.0.1', %s, %s, NULL) RETURNING id
"""
ROTATE = statement(sign_ins._rotate)
MINE = statement(activating._activations_of)
ACTIVATE = activations.statement()


@csrf_exempt
@cache_control(no_store=True)
def ask_for_code(request: HttpRequest) -> HttpResponse:
    number, now = json.loads(request.body)["phone_number"], datetime.now(UTC)
    hour, day, month = (now - timedelta(hours=n) for n in (1, 24, 720))
    lifetime = timedelta(seconds=300)
    times = {"hour": hour, "day": day, "month": month, "began": month - lifetime}
    with connection.cursor() as cursor:
        with transaction.atomic():
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [number])
            cursor.execute(SPENT, {"number": number, **times})
            cursor.fetchone()
            cursor.execute(FAILED, [day - timedelta(hours=1)])
            cursor.fetchone()
            cursor.execute(RETIRE, [number, now - timedelta(seconds=60)])
            row = [number, secrets.token_hex(16), CODES_KEY_NAME, now, now + lifetime]
            cursor.execute(NEW_CODE, [*row, now - timedelta(seconds=1)])
            [pk] = cursor.fetchone()
        cursor.execute(TRAIL, ["code_requested", None, _mask(number), now, "{}"])
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        cursor.execute(TALLY, ["sms:RU", today, settings.SMS_PER_REGION_PER_DAY])
        cursor.execute(TALLY, ["sms", today, settings.SMS_PER_DAY])
    deliver.apply_async((pk,), expires=now + lifetime)
    said = {"phone_number": number, "code_length": 4, "expires_in": 300, "resend_in": 60}
    return answer(said, 202)


@csrf_exempt
@cache_control(no_store=True)
def sign_in(request: HttpRequest) -> HttpResponse:
    sent, now = json.loads(request.body), datetime.now(UTC)
    number = sent["phone_number"]
    with connection.cursor() as cursor:
        cursor.execute(LIVE, [number])
        code = named(CODE_COLUMNS, cursor.fetchone())
        cursor.execute(TALLIES, ["failed_guesses", now - timedelta(hours=25)])
        cursor.fetchall()
        cursor.execute(PAY, [code["id"], 3, now])
        if not hmac.compare_digest(_digits(number, code["nonce"]), sent["confirmation_code"]):
            return answer({}, 400)
        with transaction.atomic():
            cursor.execute(PERSON, [number])
            user = named(USER_COLUMNS, cursor.fetchone())["id"]
            cursor.execute(ADMIT, [now, number, user])
            cursor.execute(USE_UP, [now, code["id"]])
            nonce = secrets.token_hex(16)
            cursor.execute(NEW_SIGN_IN, [user, nonce, now, now, now])
            [opened] = cursor.fetchone()
            details = json.dumps({"sign_in": opened, "is_new": False})
            cursor.execute(TRAIL, ["signed_in", user, _mask(number), now, details])
    return answer({**_pair(opened, nonce, 0, now, now), "is_new_user": False})


@csrf_exempt
@cache_control(no_store=True)
def refresh(request: HttpRequest) -> HttpResponse:
    token = jwt.decode(json.loads(request.body)["refresh"], KEY, ["HS256"])
    now = datetime.now(UTC)
    with connection.cursor() as cursor:
        nonce = nonce_of(token)
        cursor.execute(ROTATE, [now, now, token["gen"], nonce, token["sid"]])
        cursor.execute(SIGN_IN, [token["sid"]])
        row = named(SIGN_IN_COLUMNS, cursor.fetchone())
    issued = row["sign_in.rotated_at"], row["sign_in.created_at"]
    return answer(_pair(token["sid"], nonce, row["sign_in.generation"], *issued))


@csrf_exempt
def activate(request: HttpRequest) -> HttpResponse:
    code, now = json.loads(request.body)["invite_code"], datetime.now(UTC)
    with connection.cursor() as cursor:
        user = signed_in(request, cursor)
        cursor.execute(MINE, [user["id"]])
        cursor.fetchone()
        cursor.execute(ACTIVATE, [now, user["id"], code])
        cursor.fetchone()
    return answer({"invite_code": code, "activated_at": utc(now)}, 201)


def _digits(number: str, nonce: str) -> str:
    proof = hmac.digest(CODES_KEY, f"sign_in::{number}:{nonce}".encode(), "sha256")
    return f"{int.from_bytes(proof) % 10**4:04}"


def _pair(pk: int, nonce: str, generation: int, rotated_at: datetime, created_at: datetime) -> Any:
    latest = created_at + settings.SIGN_IN_LIFETIME
    lifetimes = {
        "access": settings.ACCESS_TOKEN_LIFETIME,
        "refresh": settings.REFRESH_TOKEN_LIFETIME,
    }
    said = {"iat": int(rotated_at.timestamp()), "jti": f"{nonce}.{generation}", "sid": pk}
    return {
        name: jwt.encode(
            {
                "token_type": name,
                "exp": int(min(rotated_at + lifetime, latest).timestamp()),
                **said,
                "gen": generation,
            },
            KEY,
        )
        for name, lifetime in lifetimes.items()
    }


def _mask(number: str) -> str:
    return f"{number[:2]}••••••{number[-4:]}"
