"""What a browser is told with every answer."""

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.config.test_checks import in_production
from tests.conftest import ALICE, ask, bearer, sign_in, wrong
from users.models import User
from users.sign_ins import tokens

pytestmark = pytest.mark.django_db

API = "/api/v1/"
POLICY = {
    "default-src 'self'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}
OF_THE_DOCS = {  # what ReDoc and Swagger UI need
    "img-src 'self' data:",
    "style-src 'self' 'unsafe-inline'",
    "worker-src 'self' blob:",
}
PAGES = [
    *("/", "/admin/login/", "/admin/", "/swagger.json", "/swagger.yaml", "/dev/sms/"),
    *("/healthz/", "/readyz/", "/nowhere/", f"{API}nowhere/", f"{API}users/me/", "/api"),
    *("/i/A2B3C4/", "/static/nowhere.css"),
]


def assert_guarded(response: Any, *exceptions: str) -> None:
    policy = {directive.strip() for directive in response["Content-Security-Policy"].split(";")}
    assert policy == {*POLICY, *exceptions}
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert not response.has_header("Access-Control-Allow-Origin")
    assert not response.has_header("Strict-Transport-Security")  # the tests' SITE_URL is http


@pytest.mark.parametrize("path", PAGES)
def test_every_kind_of_page_is_guarded(client: Client, path: str) -> None:
    assert_guarded(client.get(path, headers={"Origin": "https://evil.example"}))
    assert_guarded(client.post(path))


@pytest.mark.parametrize("path", ["/swagger/", "/redoc/"])
def test_the_documentation_may_style_itself_and_run_no_script_of_others(
    client: Client, path: str
) -> None:
    assert_guarded(client.get(path), *OF_THE_DOCS)


@pytest.mark.parametrize("table", ["users/user", "users/signin", "referrals/invitecode"])
def test_the_administration_is_guarded(table: str) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("+79990000007"))
    response = client.get(f"/admin/{table}/")
    assert response.status_code == 200
    assert_guarded(response)
    assert "no-store" in response["Cache-Control"]


def test_an_unknown_host_is_refused_and_guarded(client: Client) -> None:
    response = client.get("/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert_guarded(response)


def test_a_crash_is_guarded(client: Client, settings: Settings) -> None:
    client.raise_request_exception = False
    settings.SMS_INBOX_FILE = None  # which never happens in practice
    response = client.get("/dev/sms/")
    assert response.status_code == 500
    assert_guarded(response)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("auth/code/", {"phone_number": "+79990000002"}, 202),
        ("auth/code/", {"phone_number": "x"}, 400),
        ("auth/code/", {"phone_number": ALICE}, 429),
        ("auth/code/", [], 400),
        ("auth/token/", {"phone_number": ALICE, "confirmation_code": "right"}, 200),
        ("auth/token/", {"phone_number": ALICE, "confirmation_code": "wrong"}, 400),
        ("auth/token/", {}, 400),
        ("auth/token/refresh/", {"refresh": "refresh"}, 200),
        ("auth/token/refresh/", {"refresh": "x"}, 401),
        ("auth/token/verify/", {"token": "refresh"}, 200),
        ("auth/token/verify/", {"token": "x"}, 401),
        ("auth/logout/", {}, 401),
        ("auth/sessions/", {}, 401),
    ],
)
def test_no_cache_keeps_an_answer_about_signing_in(
    api: APIClient, path: str, body: Any, status: int
) -> None:
    pair = tokens.pair(sign_in(ALICE))
    code = ask(ALICE)
    real = {"right": code, "wrong": wrong(code), "refresh": pair.refresh}
    if isinstance(body, dict):
        body = {name: real.get(value, value) for name, value in body.items()}
    response = api.post(API + path, body)
    assert (response.status_code, response["Cache-Control"]) == (status, "no-store")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "auth/sessions/", 200),
        ("delete", "auth/sessions/", 204),
        ("delete", "auth/sessions/0/", 404),
        ("post", "auth/logout/", 204),
        ("put", "auth/token/", 405),
    ],
)
def test_no_cache_keeps_an_answer_about_a_sign_in(method: str, path: str, status: int) -> None:
    response = bearer(sign_in(ALICE)).generic(method.upper(), API + path)
    assert (response.status_code, response["Cache-Control"]) == (status, "no-store")


@pytest.mark.parametrize("content_type", ["text/plain", "application/json"])
def test_no_cache_keeps_what_could_not_be_read(api: APIClient, content_type: str) -> None:
    response = api.generic("POST", f"{API}auth/token/", "{", content_type=content_type)
    assert response.status_code in (400, 415)
    assert response["Cache-Control"] == "no-store"


VISIT = """
import json, sys, django
django.setup()
from django.test import Client
seen = {}
for name, path, headers, secure in json.loads(sys.argv[1]):
    response = Client(SERVER_NAME="example.org").get(path, headers=headers, secure=secure)
    cookies = {name: dict(cookie) for name, cookie in response.cookies.items()}
    seen[name] = [response.status_code, dict(response.items()), cookies]
print(json.dumps(seen))
"""


def visit(*visits: tuple[str, str, dict[str, str], bool], **environ: str) -> dict[str, Any]:
    """Asks a production server; returns status, headers and cookies of each visit."""
    environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    done = in_production("-c", VISIT, json.dumps(visits), **environ)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_under_https_everything_stays_under_https() -> None:
    seen = visit(
        ("plain", "/admin/login/", {}, False),
        ("page", "/admin/login/", {}, True),
        ("api", f"{API}nowhere/", {}, True),
        ("forged", "/", {"X-Forwarded-Proto": "https"}, False),
        ("health", "/healthz/", {}, False),
        TRUSTED_PROXIES="0",
    )
    for name in ("plain", "forged"):
        status, headers, _ = seen[name]
        assert (status, headers["Location"][:20]) == (301, "https://example.org/")
    for name in ("page", "api"):
        assert seen[name][1]["Strict-Transport-Security"] == (
            "max-age=31536000; includeSubDomains; preload"
        )
    cookie = seen["page"][2]["csrftoken"]
    assert (cookie["secure"], cookie["samesite"]) == (True, "Lax")
    assert seen["health"][0] == 200


def test_the_protocol_that_a_trusted_proxy_names_is_believed() -> None:
    seen = visit(
        ("page", "/", {"X-Forwarded-Proto": "https"}, False),
        ("plain", "/", {"X-Forwarded-Proto": "http"}, False),
        TRUSTED_PROXIES="1",
    )
    assert (seen["page"][0], seen["plain"][0]) == (200, 301)
