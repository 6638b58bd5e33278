"""The Swagger schema says what the API does."""

from typing import Any

import pytest
from django.urls import URLPattern
from pytest_django import Settings
from rest_framework.test import APIClient
from swagger_spec_validator.validator20 import validate_spec

import referrals.urls
import users.urls
from tests.conftest import LANGUAGES

pytestmark = pytest.mark.django_db

PUBLIC = {"/auth/code/", "/auth/token/", "/auth/token/refresh/", "/auth/token/verify/"}
SUCCESSES = {
    "post /auth/code/": {"202"},
    "post /auth/token/": {"200"},
    "post /auth/token/refresh/": {"200"},
    "post /auth/token/verify/": {"200"},
    "post /auth/logout/": {"204"},
    "get /auth/sessions/": {"200"},
    "delete /auth/sessions/": {"204"},
    "delete /auth/sessions/{id}/": {"204"},
    "get /users/me/": {"200"},
    "put /users/me/": {"200"},
    "patch /users/me/": {"200"},
    "delete /users/me/": {"204"},
    "get /users/me/data/": {"200"},
    "post /users/me/phone/": {"202"},
    "post /users/me/phone/confirm/": {"200"},
    "post /referrals/activate/": {"200", "201"},
    "get /referrals/invited/": {"200"},
    "get /referrals/code/": {"200"},
    "get /referrals/code/qr/": {"200"},
    "post /referrals/code/reset/": {"201"},
    "get /referrals/statistics/": {"200"},
    "get /referrals/invited/export/": {"200"},
    "get /users/": {"200"},
    "get /users/{id}/": {"200"},
    "delete /users/{id}/": {"204"},
    "post /users/{id}/unblock/": {"200"},
}
EDITING = {
    *("400 parse_error", "401 not_authenticated"),
    *("413 payload_too_large", "415 unsupported_media_type"),
}
STAFF = {"401 not_authenticated", "403 stronger_sign_in_required"}
REFUSALS = {
    "post /auth/code/": {
        *("400 parse_error", "413 payload_too_large", "415 unsupported_media_type"),
        *("429 code_requested_too_soon", "429 too_many_codes", "429 throttled"),
        "503 delivery_unavailable",
    },
    "post /auth/token/": {
        *("400 invalid_confirmation_code", "400 confirmation_code_expired"),
        *("403 account_blocked", "429 throttled"),
    },
    "post /auth/token/refresh/": {"401 token_not_valid", "401 token_reused"},
    "post /auth/token/verify/": {"401 token_not_valid"},
    "post /auth/logout/": {"401 not_authenticated"},
    "delete /auth/sessions/{id}/": {"401 not_authenticated", "404 not_found"},
    "get /users/me/": {"401 not_authenticated"},
    "put /users/me/": EDITING,
    "patch /users/me/": EDITING,
    "delete /users/me/": {"401 not_authenticated", "403 recent_sign_in_required"},
    "get /users/me/data/": {"401 not_authenticated"},
    "post /users/me/phone/": {
        *("400 parse_error", "401 not_authenticated", "403 recent_sign_in_required"),
        *("429 code_requested_too_soon", "429 too_many_codes", "429 throttled"),
        "503 delivery_unavailable",
    },
    "post /users/me/phone/confirm/": {
        *("400 invalid_confirmation_code", "400 confirmation_code_expired"),
        *("401 not_authenticated", "409 phone_number_taken", "429 throttled"),
    },
    "get /users/": {"400 invalid_cursor", *STAFF},
    "get /users/{id}/": {"404 not_found", *STAFF},
    "delete /users/{id}/": {
        "403 cannot_block",
        "404 not_found",
        "415 unsupported_media_type",
        *STAFF,
    },
    "post /users/{id}/unblock/": {"404 not_found", *STAFF},
    "post /referrals/activate/": {
        *("400 own_invite_code", "404 invite_code_not_found"),
        *("409 invite_code_already_activated", "429 throttled"),
    },
    "get /referrals/invited/": {"400 invalid_cursor", "401 not_authenticated"},
}


@pytest.fixture
def schema(api: APIClient) -> dict[str, Any]:
    document: dict[str, Any] = api.get("/swagger.json").json()
    return document


@pytest.fixture
def operations(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By method and path below /api/v1."""
    return {
        f"{method} {schema['basePath']}{path}".replace(" /api/v1", " "): operation
        for path, item in schema["paths"].items()
        for method, operation in item.items()
        if method in {"get", "post", "put", "patch", "delete"}
    }


def path_of(operation: str) -> str:
    return operation.partition(" ")[2]


def in_urlconf() -> set[str]:
    patterns: list[URLPattern] = [*users.urls.urlpatterns, *referrals.urls.urlpatterns]
    return {
        f"{method} /" + str(pattern.pattern).replace("<int:pk>", "{id}")
        for pattern in patterns
        for method in getattr(pattern.callback, "actions", {})
        if method != "head"
    }


def test_the_schema_is_valid_swagger_2(schema: dict[str, Any]) -> None:
    validate_spec(schema)
    assert schema["swagger"] == "2.0"


def test_the_schema_names_the_site_and_not_the_host_that_was_asked(
    api: APIClient, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    schema = api.get("/swagger.json", HTTP_HOST="evil.example").json()
    assert (schema["host"], schema["schemes"]) == ("127.0.0.1:8000", ["http"])


def test_every_endpoint_is_documented_and_nothing_else(operations: dict[str, Any]) -> None:
    assert set(operations) == in_urlconf()
    assert set(operations) <= set(SUCCESSES)


def test_the_successes_are_those_of_the_contract(operations: dict[str, Any]) -> None:
    documented = {
        name: {status for status in operation["responses"] if status < "400"}
        for name, operation in operations.items()
    }
    assert documented == {name: SUCCESSES[name] for name in operations}


def test_the_refusals_of_the_contract_are_described(operations: dict[str, Any]) -> None:
    missing = {
        f"{name} {refusal}"
        for name, refusals in REFUSALS.items()
        for refusal in refusals
        if f"`{refusal[4:]}`"
        not in operations[name]["responses"].get(refusal[:3], {}).get("description", "")
    }
    assert missing == set()


def test_a_profile_is_edited_as_json_or_as_a_form(operations: dict[str, Any]) -> None:
    """Swagger 2 has no schema for both: the description tells of the form."""
    for name in ("put /users/me/", "patch /users/me/"):
        assert "`multipart/form-data`" in operations[name]["description"]


def test_the_list_of_users_is_documented_as_a_page(operations: dict[str, Any]) -> None:
    operation = operations["get /users/"]
    page = operation["responses"]["200"]["schema"]["properties"]
    assert set(page) == {"next", "previous", "results"}
    assert {parameter["name"] for parameter in operation["parameters"]} == {
        *("search", "is_active", "is_staff", "joined_after", "joined_before"),
        *("cursor", "page_size"),
    }


def test_every_refusal_has_its_shape_and_an_example(operations: dict[str, Any]) -> None:
    for operation in operations.values():
        for status, response in operation["responses"].items():
            if status >= "400":
                assert response["description"]
                assert response["schema"]["type"] == "object"
            if status > "400":
                assert {"detail", "code"} <= response["examples"]["application/json"].keys()


def test_every_operation_reads_as_a_sentence_and_has_a_name_of_its_own(
    operations: dict[str, Any],
) -> None:
    assert all(operation["summary"] for operation in operations.values())
    names = [operation["operationId"] for operation in operations.values()]
    assert len(names) == len(set(names))


def test_operations_that_need_a_sign_in_say_so(operations: dict[str, Any]) -> None:
    protected = {name: o for name, o in operations.items() if path_of(name) not in PUBLIC}
    assert [name for name, o in protected.items() if o.get("security") != [{"Bearer": []}]] == []
    assert [name for name, o in protected.items() if "401" not in o["responses"]] == []


def test_public_operations_say_so(operations: dict[str, Any]) -> None:
    public = [o.get("security") for name, o in operations.items() if path_of(name) in PUBLIC]
    assert public == [[]] * len(PUBLIC)


def test_bearer_is_the_only_way_to_authenticate(schema: dict[str, Any]) -> None:
    assert list(schema["securityDefinitions"]) == ["Bearer"]
    assert schema.get("security", []) == []


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/swagger.json", "application/json"),
        ("/swagger.yaml", "application/yaml"),
        ("/swagger/", "text/html"),
        ("/redoc/", "text/html"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_documents_open(api: APIClient, path: str, content_type: str, language: str) -> None:
    response = api.get(path, HTTP_ACCEPT_LANGUAGE=language)
    assert response.status_code == 200
    assert response["Content-Type"].partition(";")[0] == content_type


def test_the_languages_of_the_messages_are_named(
    schema: dict[str, Any], settings: Settings
) -> None:
    languages = ", ".join(language for language, _name in settings.LANGUAGES)
    assert f"`Accept-Language` ({languages})" in schema["info"]["description"]
