"""Pages of other sites call the API where CORS_ALLOWED_ORIGINS names them, and only then."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db

OTHER = "https://app.example.org"
TOKEN = "/api/v1/auth/token/"
HEADERS = [
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Credentials",
    "Access-Control-Expose-Headers",
    "Access-Control-Allow-Headers",
]


def told(response: Any) -> dict[str, str]:
    return {name: response[name] for name in HEADERS if response.has_header(name)}


def preflight(client: Client, origin: str = OTHER, path: str = TOKEN) -> Any:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    return client.options(path, headers=headers)


@pytest.fixture
def other(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [OTHER]


def test_by_default_no_page_is_allowed(client: Client) -> None:
    assert told(client.get(TOKEN, headers={"Origin": OTHER})) == {}
    assert told(preflight(client)) == {}


@pytest.mark.usefixtures("other")
def test_an_allowed_page_may_ask_and_read(client: Client) -> None:
    response = client.post(TOKEN, {}, "application/json", headers={"Origin": OTHER})
    assert response.status_code == 400
    assert told(response) == {
        "Access-Control-Allow-Origin": OTHER,
        "Access-Control-Expose-Headers": "Retry-After, X-Request-ID",
    }
    assert "origin" in response["Vary"]
    asked = preflight(client)
    assert asked.status_code == 200
    assert told(asked) == {
        **told(response),
        "Access-Control-Allow-Headers": "accept-language, authorization, content-type",
    }


@pytest.mark.usefixtures("other")
@pytest.mark.parametrize(
    "origin",
    [
        *("http://app.example.org", f"{OTHER}.evil.example", f"{OTHER}:8443", "null"),
        *("https://evil.example", "https://example.org", "https://APP.example.org"),
    ],
)
def test_another_origin_is_not_allowed(client: Client, origin: str) -> None:
    assert told(client.get(TOKEN, headers={"Origin": origin})) == {}
    assert "Access-Control-Allow-Origin" not in told(preflight(client, origin))


@pytest.mark.usefixtures("other")
@pytest.mark.parametrize("path", ["/", "/admin/login/", "/dev/sms/", "/healthz/", "/swagger.json"])
def test_only_the_api_is_open_to_other_sites(client: Client, path: str) -> None:
    assert told(client.get(path, headers={"Origin": OTHER})) == {}
    assert told(preflight(client, path=path)) == {}
