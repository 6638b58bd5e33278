"""Bad input of any kind gets a refusal of the contract, and changes nothing."""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from wsgiref.util import setup_testing_defaults

import jwt
import pytest
from django.core import signing
from django.http import HttpResponseBase
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient
from time_machine import Traveller

from config import wsgi
from referrals.models import Activation, InviteCode
from tests.conftest import ALICE, CHARLIE, bearer, sign_in
from users.models import ConfirmationCode, SignIn, User
from users.sign_ins import tokens
from users.sms import inbox

pytestmark = pytest.mark.django_db

API = "/api/v1/"
INVITED = f"{API}referrals/invited/"
BODIES: dict[str, dict[str, Any]] = {
    "auth/code/": {"phone_number": CHARLIE, "code_length": 4},
    "auth/token/": {"phone_number": CHARLIE, "confirmation_code": "0427"},
    "auth/token/refresh/": {"refresh": "x.y.z"},
    "auth/token/verify/": {"token": "x.y.z"},
    "referrals/activate/": {"invite_code": "A2B3C4"},
    "users/me/phone/": {"phone_number": CHARLIE},
    "users/me/phone/confirm/": {"phone_number": CHARLIE, "confirmation_code": "042731"},
}
FIELDS = [(path, field) for path, body in BODIES.items() for field in body]
TOKENS = ("refresh", "token")
ALLOWED = {
    "referrals/invited/": {"GET"},
    "users/me/": {"GET", "PUT", "PATCH", "DELETE"},
    "users/me/data/": {"GET"},
}
PROTECTED = [
    *((method, "users/me/") for method in ("GET", "PUT", "PATCH", "DELETE")),
    ("GET", "users/me/data/"),
    ("POST", "users/me/phone/"),
    ("POST", "users/me/phone/confirm/"),
    ("GET", "users/"),
    ("GET", "users/1/"),
    ("DELETE", "users/1/"),
    ("POST", "users/1/unblock/"),
    ("GET", "referrals/invited/"),
    ("GET", "referrals/code/"),
    ("POST", "referrals/activate/"),
    ("POST", "auth/logout/"),
    ("GET", "auth/sessions/"),
    ("DELETE", "auth/sessions/"),
    ("DELETE", "auth/sessions/1/"),
]

NOT_JSON: dict[str, str | bytes] = {
    "truncated": '{"phone_number": "+7',
    "not JSON": "phone_number=1",
    "NaN": '{"phone_number": NaN}',
    "infinity": '{"phone_number": -Infinity}',
    "trailing comma": '{"phone_number": "1",}',
    "two objects": "{}{}",
    "deep list": "[" * 100_000,
    "deep object": '{"a":' * 5_000,
    "deep and closed": "[" * 100_000 + "]" * 100_000,
    "5000 digits": '{"phone_number": ' + "1" * 5_000 + "}",
    "invalid UTF-8": b'{"phone_number": "\xff"}',
    "surrogate in UTF-8": b'{"phone_number": "\xed\xa0\x80"}',
    "UTF-16": '{"phone_number": "1"}'.encode("utf-16"),
    "byte order mark": "\ufeff{}",
    "NUL": b"\x00",
    "spaces": "   ",
}
NO_OBJECTS = ["[]", "[{}]", '"a"', '""', "1", "0", "1e400", "true", "null"]
OTHER_TYPES = [
    "",
    "é",
    "text/plain",
    "application/xml",
    "application/x-www-form-urlencoded",
    "application/json, text/plain",
    "application/merge-patch+json",
    "application/json; x*=no-such''y",
    "application/json; x*=undefined''%FF",
]

every_input = pytest.mark.parametrize("path", BODIES)
every_field = pytest.mark.parametrize(("path", "field"), FIELDS)


def assert_contract_shape(response: HttpResponseBase) -> None:
    """Fields with their messages, or `detail` and `code`; and the headers that go with a status."""
    assert response["Content-Type"].startswith("application/json")
    body = json.loads(getattr(response, "content", b""))
    if {"detail", "code"} & body.keys():
        assert body["detail"]
        assert "ErrorDetail" not in body["detail"]
        assert re.fullmatch("[a-z_]+", body["code"])
    else:
        assert response.status_code == 400
        assert body
        assert all(
            message and isinstance(message, str) for field in body.values() for message in field
        )
        assert all(isinstance(messages, list) and messages for messages in body.values())
    if response.status_code == 401:
        assert response["WWW-Authenticate"] == "Bearer"
    if response.status_code == 429:
        assert re.fullmatch("[0-9]+", response["Retry-After"])


def everything() -> list[Any]:
    """Everything that a refused request must not change."""
    models = User, ConfirmationCode, SignIn, InviteCode, Activation
    return [inbox.messages(), *(list(m._default_manager.order_by("pk").values()) for m in models)]


def refused(
    client: APIClient,
    path: str,
    body: str | bytes | dict[str, Any] = b"",
    content_type: str = "application/json",
    method: str = "POST",
    **headers: str,
) -> tuple[int, str]:
    """Sends it and checks the refusal; returns the status and the code (or the fields' names)."""
    before = everything()
    body = json.dumps(body) if isinstance(body, dict) else body
    path = path if path.startswith("/") else API + path
    send: Any = client.generic
    response = send(method, path, body, content_type, **headers)
    assert 400 <= response.status_code < 500
    assert_contract_shape(response)
    assert everything() == before
    answer = response.json()
    return response.status_code, answer.get("code") or " ".join(answer)


@pytest.fixture
def api(api: APIClient) -> APIClient:
    """A crash is answered with 500, as in production."""
    api.raise_request_exception = False
    return api


@pytest.fixture
def caller(as_alice: APIClient, monkeypatch: pytest.MonkeyPatch) -> APIClient:
    """Signed in as Alice; a crash is answered with 500, as in production."""
    monkeypatch.setattr("django.test.client.WSGIRequest", wsgi.Request)
    as_alice.raise_request_exception = False
    return as_alice


# Fields


@every_field
@pytest.mark.parametrize(
    "value",
    [1, -0.5, 10**399, True, None, [], ["0427"], {}, {"a": 1}, "", " ", "12\x0034", "\ud800"],
    ids=lambda value: ascii(value)[:20],
)
def test_a_value_of_a_wrong_kind_is_a_field_error(
    caller: APIClient, path: str, field: str, value: Any
) -> None:
    assert refused(caller, path, {**BODIES[path], field: value}) == (400, field)


@every_field
@pytest.mark.parametrize("character", ["a", "9", "\u200e", "А"], ids=ascii)
def test_100_kilobytes_are_refused(
    caller: APIClient, path: str, field: str, character: str
) -> None:
    expected = (401, "token_not_valid") if field in TOKENS else (400, field)
    assert refused(caller, path, {**BODIES[path], field: character * 100_000}) == expected


@every_field
@pytest.mark.parametrize("number", ["1e400", "-1e400", "1" * 4000], ids=lambda n: n[:6])
def test_a_number_beyond_all_bounds_is_a_field_error(
    caller: APIClient, path: str, field: str, number: str
) -> None:
    body = json.dumps({**BODIES[path], field: "HERE"}).replace('"HERE"', number)
    assert refused(caller, path, body) == (400, field)


@every_field
@pytest.mark.parametrize("depth", [100, 900, 940, 980])
@pytest.mark.parametrize(("opening", "closing"), ["[]", ('{"a":', "}")])
def test_a_deep_value_is_refused(
    caller: APIClient, path: str, field: str, depth: int, opening: str, closing: str
) -> None:
    deep = opening * depth + "1" + closing * depth
    body = json.dumps({**BODIES[path], field: "HERE"}).replace('"HERE"', deep)
    assert refused(caller, path, body) in [(400, field), (400, "parse_error")]


@pytest.mark.parametrize("digits", ["０４２７", "٠٤٢٧", "۰۴۲۷", "𝟎𝟒𝟐𝟕", "²²²²", "04２7", "+427"])
def test_confirmation_codes_are_ascii_digits(caller: APIClient, digits: str) -> None:
    body = {"phone_number": CHARLIE, "confirmation_code": digits}
    assert refused(caller, "auth/token/", body) == (400, "confirmation_code")


@pytest.mark.parametrize("length", ["６", "٤", "4.0", 4.5, 5])
def test_code_length_is_4_or_6(caller: APIClient, length: Any) -> None:
    body = {"phone_number": CHARLIE, "code_length": length}
    assert refused(caller, "auth/code/", body) == (400, "code_length")


@pytest.mark.parametrize(
    "number", ["＋７９９９０００００３", "+٧٩٩٩٠٠٠٠٠٠٣", "８９９９０００００９９"]
)
def test_phone_numbers_in_other_digits_crash_nothing(caller: APIClient, number: str) -> None:
    response = caller.post(f"{API}auth/code/", {"phone_number": number})
    assert response.status_code in (202, 400)


def test_invite_codes_in_full_width_are_read(caller: APIClient) -> None:
    body = {"invite_code": "Ａ２Ｂ３Ｃ４"}
    assert refused(caller, "referrals/activate/", body) == (404, "invite_code_not_found")


# Bodies


@every_input
@pytest.mark.parametrize(
    "body",
    NOT_JSON.items(),
    ids=lambda named: named[0],
)
def test_a_body_that_is_not_json_is_a_parse_error(
    caller: APIClient, path: str, body: tuple[str, str | bytes]
) -> None:
    assert refused(caller, path, body[1]) == (400, "parse_error")


@every_input
@pytest.mark.parametrize("body", NO_OBJECTS)
def test_a_body_that_is_not_an_object_is_refused(caller: APIClient, path: str, body: str) -> None:
    assert refused(caller, path, body) == (400, "non_field_errors")


@every_input
@pytest.mark.parametrize("body", ["", "{}", r'{"\ud800": "\ud800"}', r'{"\u0000": 1, "": 2}'])
@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "zlib", "undefined", "no-such"])
def test_a_body_without_the_fields_says_which_are_missing(
    caller: APIClient, path: str, body: str, charset: str
) -> None:
    required = " ".join(field for field in BODIES[path] if field != "code_length")
    content_type = f"application/json; charset={charset}"
    assert refused(caller, path, body, content_type) == (400, required)


@every_input
@pytest.mark.parametrize("filler", [" ", '{"phone_number": "'])
def test_two_megabytes_are_too_large(caller: APIClient, path: str, filler: str) -> None:
    body = filler.ljust(2 * 1024 * 1024, "9")
    assert refused(caller, path, body) == (413, "payload_too_large")


@every_input
@pytest.mark.parametrize(
    "content_type",
    [*OTHER_TYPES, "multipart/form-data", "multipart/form-data; boundary=x"],
)
def test_another_content_type_is_unsupported(
    caller: APIClient, path: str, content_type: str
) -> None:
    assert refused(caller, path, "{}", content_type) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "parameter",
    ["charset=zlib", "charset=hex", "charset=idna", "charset=undefined", "x*=undefined''%FF"],
)
def test_the_codec_that_a_client_names_is_ignored(parameter: str) -> None:
    """Django's request class uses it before any error handler can run."""
    content_type = f"application/json; {parameter}"
    environ = {"PATH_INFO": INVITED, "QUERY_STRING": "cursor=x", "CONTENT_TYPE": content_type}
    setup_testing_defaults(environ)
    statuses: list[str] = []
    serve: Any = wsgi.application
    serve(environ, lambda status, *_: statuses.append(status))
    assert statuses == ["401 Unauthorized"]


# Editing


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize(
    ("body", "content_type", "answer"),
    [
        *((body, "application/json", (400, "parse_error")) for body in NOT_JSON.values()),
        *((body, "application/json", (400, "non_field_errors")) for body in NO_OBJECTS),
        *(("{}", content_type, (415, "unsupported_media_type")) for content_type in OTHER_TYPES),
        ("{}", "multipart/form-data", (400, "parse_error")),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_a_body_that_cannot_be_read_edits_nothing(
    caller: APIClient,
    method: str,
    body: str | bytes,
    content_type: str,
    answer: tuple[int, str],
) -> None:
    assert refused(caller, "users/me/", body, content_type, method) == answer


# Addresses


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "MKCOL"])
@pytest.mark.parametrize("path", [*BODIES, *ALLOWED])
def test_another_method_is_not_allowed(caller: APIClient, path: str, method: str) -> None:
    if method not in ALLOWED.get(path, {"POST"}):
        assert refused(caller, path, "{}", method=method) == (405, "method_not_allowed")


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize(
    "path",
    [
        *(path.removesuffix("/") for path in [*BODIES, "referrals/invited/", "users/me/"]),
        *("users", "users/1", "users/1/unblock", "users/me/data"),
        *("nothing/", "auth/code//", "users/me/%00/", "users/me/%FF/", "a%0Ab", "auth/code/%0A"),
        *("/api", "/api/", "/api/v1", API, "/api/v2/auth/code/"),
    ],
)
def test_an_unknown_path_is_not_found(
    api: APIClient, settings: Settings, path: str, method: str, debug: bool
) -> None:
    settings.DEBUG = debug
    assert refused(api, path, "{}", method=method) == (404, "not_found")


@pytest.mark.parametrize("pk", ["0", "-1", "9" * 30, "9" * 5_000, "٣", "1.0", "1%00"], ids=len)
def test_an_unknown_id_is_not_found(caller: APIClient, pk: str) -> None:
    path = f"auth/sessions/{pk}/"
    assert refused(caller, path, method="DELETE") == (404, "not_found")


# Pages


@pytest.mark.parametrize("page_size", ["0", "-1", "abc", "", "1e3", "٣", "３", "1.0", " 1", "1\n"])
def test_a_page_size_is_a_positive_number(caller: APIClient, page_size: str) -> None:
    path = f"{INVITED}?page_size={quote(page_size)}"
    assert refused(caller, path, method="GET") == (400, "page_size")


def test_a_page_size_of_30_digits_crashes_nothing(caller: APIClient) -> None:
    assert caller.get(INVITED, {"page_size": 10**30}).status_code in (200, 400)


FORGED_CURSORS = {
    "empty": "",
    "garbage": "x",
    "three parts of garbage": "x:y:z",
    "NUL": "\x00",
    "not ASCII": "é٣",
    "5000 characters": "a" * 5_000,
    "DRF's position": b64encode(b"p=2026-01-01").decode(),
    "DRF's offset": b64encode(b"o=99999999").decode(),
    "DRF's way back": b64encode(b"r=1&o=-1").decode(),
    "of no path": signing.dumps([0, False, None]),
    "of another path": signing.dumps([0, False, None], salt=f"{API}users/"),
    "signed with another key": signing.dumps([0, False, None], salt=INVITED, key="k" * 50),
}


@pytest.mark.parametrize("cursor", FORGED_CURSORS.values(), ids=FORGED_CURSORS)
def test_a_forged_cursor_is_invalid(caller: APIClient, cursor: str) -> None:
    path = f"{INVITED}?cursor={quote(cursor)}"
    assert refused(caller, path, method="GET") == (400, "invalid_cursor")


def test_a_cursor_with_a_byte_changed_is_invalid(
    caller: APIClient, alice: User, bob: User, charlie: User
) -> None:
    [code] = InviteCode.objects.filter(owner=alice)
    for invitee in (bob, charlie):
        Activation.objects.create(invitee=invitee, inviter=alice, invite_code=code)
    following = caller.get(INVITED, {"page_size": 1}).json()["next"]
    assert caller.get(following).status_code == 200
    path = following.removeprefix("http://127.0.0.1:8000").replace("cursor=", "cursor=A")
    assert refused(caller, path, method="GET") == (400, "invalid_cursor")


# Tokens


def claims(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def deep_json(token: str) -> str:
    return urlsafe_b64encode(b"[" * 5_000).decode() + "." + token.partition(".")[2]


FORGERIES: dict[str, Callable[[str], str]] = {
    "garbage": lambda token: "x",
    "three parts of garbage": lambda token: "x.y.z",
    "not ASCII": lambda token: "é.é.é",
    "deep JSON": deep_json,
    "signed with another key": lambda token: jwt.encode(claims(token), "k" * 32, "HS256"),
    "not signed": lambda token: jwt.encode(claims(token), "", "none"),
    "signature cut off": lambda token: token.rpartition(".")[0] + ".",
    "signature changed": lambda token: token[:-10] + token[-10:].swapcase(),
}


def assert_opens_nothing(api: APIClient, token: str) -> None:
    not_valid = (401, "token_not_valid")
    for method, path in PROTECTED:
        header = f"Bearer {token}"
        assert refused(api, path, method=method, HTTP_AUTHORIZATION=header) == not_valid
    assert refused(api, "auth/token/refresh/", {"refresh": token}) == not_valid
    assert refused(api, "auth/token/verify/", {"token": token}) == not_valid


@pytest.mark.parametrize("which", ["access", "refresh"])
@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_token_opens_nothing(
    api: APIClient, forge: Callable[[str], str], which: str
) -> None:
    token = getattr(tokens.pair(sign_in(ALICE)), which)
    assert_opens_nothing(api, forge(token))


def test_an_expired_token_opens_nothing(api: APIClient, clock: Traveller) -> None:
    pair = tokens.pair(sign_in(ALICE))
    clock.shift(30 * 24 * 60 * 60)
    for token in pair:
        assert_opens_nothing(api, token)


def test_a_token_of_no_sign_in_opens_nothing(api: APIClient) -> None:
    now = timezone.now()
    for token in tokens.pair(SignIn(pk=2**40, created_at=now, rotated_at=now)):
        assert_opens_nothing(api, token)


@pytest.mark.parametrize("fate", ["blocked", "signed out", "purged"])
def test_a_token_of_a_blocked_user_or_an_ended_sign_in_opens_nothing(
    api: APIClient, fate: str
) -> None:
    opened = sign_in(ALICE)
    pair = tokens.pair(opened)
    if fate == "blocked":
        User.objects.filter(pk=opened.user_id).update(is_active=False)
    elif fate == "signed out":
        SignIn.objects.filter(pk=opened.pk).end()
    else:
        opened.delete()
    for token in pair:
        assert_opens_nothing(api, token)


@pytest.mark.parametrize(("method", "path"), PROTECTED)
def test_a_refresh_token_is_not_an_access_token(api: APIClient, method: str, path: str) -> None:
    header = f"Bearer {tokens.pair(sign_in(ALICE)).refresh}"
    answer = refused(api, path, method=method, HTTP_AUTHORIZATION=header)
    assert answer == (401, "token_not_valid")


def test_an_access_token_is_not_a_refresh_token(api: APIClient) -> None:
    body = {"refresh": tokens.pair(sign_in(ALICE)).access}
    assert refused(api, "auth/token/refresh/", body) == (401, "token_not_valid")


@pytest.mark.parametrize(("method", "path"), PROTECTED)
@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer a b", "Bearer é", "é", "\x00", "Token x", "Basic YTpi"],
)
def test_a_header_without_a_bearer_token_opens_nothing(
    api: APIClient, method: str, path: str, header: str
) -> None:
    status, code = refused(api, path, method=method, HTTP_AUTHORIZATION=header)
    assert status == 401
    assert code in ("not_authenticated", "token_not_valid", "bad_authorization_header")


def test_a_bad_token_in_the_header_does_not_prevent_signing_in(api: APIClient) -> None:
    api.credentials(HTTP_AUTHORIZATION="Bearer x")
    assert api.post(f"{API}auth/code/", {"phone_number": ALICE}).status_code == 202


def test_a_live_token_opens_what_forged_ones_do_not(api: APIClient) -> None:
    opened = sign_in(ALICE)
    assert bearer(opened).get(f"{API}users/me/").status_code == 200
    for token in tokens.pair(opened):
        assert api.post(f"{API}auth/token/verify/", {"token": token}).status_code == 200
