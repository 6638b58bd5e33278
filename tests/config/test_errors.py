"""Refusals from outside the views: JSON under /api/, a page elsewhere, and no details in either."""

from typing import Any, NoReturn

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DatabaseError
from django.http import Http404, HttpRequest
from django.urls import path
from pytest_django import DjangoAssertNumQueries
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.test import APIClient
from rest_framework.views import APIView

from config import urls
from tests.conftest import ALICE
from tests.test_bad_input import assert_contract_shape

pytestmark = pytest.mark.django_db

SECRET = "the password of the database"
CRASHES: dict[str, Exception] = {
    "crash": RuntimeError(SECRET),
    "database": DatabaseError(SECRET),
    "forbidden": PermissionDenied(SECRET),
    "nowhere": Http404(SECRET),
    "too-large": RequestDataTooBig(SECRET),
}
EXPECTED = [
    ("crash", 500, "error"),
    ("database", 500, "error"),
    ("forbidden", 403, "permission_denied"),
    ("nowhere", 404, "not_found"),
    ("too-large", 413, "payload_too_large"),
]


def crash(request: HttpRequest, how: str) -> NoReturn:
    raise CRASHES[how]


class CrashView(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    def get(self, request: Request, how: str) -> NoReturn:
        raise CRASHES[how]


urlpatterns = [
    path("crash/<how>/", crash),
    path("api/crash/<how>/", crash),
    path("api/crash-in-view/<how>/", CrashView.as_view()),
    *urls.urlpatterns,
]
handler400 = urls.handler400
handler403 = urls.handler403
handler404 = urls.handler404
handler500 = urls.handler500

crashing = pytest.mark.urls(__name__)
every_crash = pytest.mark.parametrize(("how", "status", "code"), EXPECTED)


@pytest.fixture
def api(api: APIClient) -> APIClient:
    """A crash is answered with 500, as in production."""
    api.raise_request_exception = False
    return api


def assert_page(response: Any, status: int) -> None:
    assert response.status_code == status
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert "<h1>" in response.text
    assert SECRET not in response.text


def test_a_bad_host_is_json_under_api(api: APIClient) -> None:
    response = api.get("/api/v1/users/me/", HTTP_HOST="evil.example")
    assert_contract_shape(response)
    assert (response.status_code, response.json()["code"]) == (400, "bad_request")
    assert "evil" not in response.text


@pytest.mark.parametrize("host", ["evil.example", "a b", "127.0.0.1:port", "é", "a" * 5_000])
def test_a_bad_host_is_a_page_elsewhere(api: APIClient, host: str) -> None:
    assert_page(api.get("/", HTTP_HOST=host), 400)


def test_too_many_parameters_are_json_under_api(as_alice: APIClient) -> None:
    response = as_alice.get("/api/v1/referrals/invited/?" + "a=1&" * 1_001)
    assert_contract_shape(response)
    assert response.status_code == 400


def test_an_unknown_page_is_html(api: APIClient) -> None:
    assert_page(api.get("/nothing/"), 404)


@pytest.mark.parametrize("path", ["/apis/", "/api-docs/", "/a%00b/", "/%FF/"])
def test_a_path_that_only_looks_like_the_api_gets_a_page(api: APIClient, path: str) -> None:
    assert_page(api.get(path), 404)


@crashing
@every_crash
@pytest.mark.parametrize("place", ["crash", "crash-in-view"])
def test_a_crash_under_api_is_json_without_details(
    api: APIClient, place: str, how: str, status: int, code: str
) -> None:
    response = api.get(f"/api/{place}/{how}/")
    assert_contract_shape(response)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert SECRET not in response.text


@crashing
@every_crash
def test_a_crash_elsewhere_is_a_page_without_details(
    api: APIClient, how: str, status: int, code: str
) -> None:
    assert_page(api.get(f"/crash/{how}/"), status)


@crashing
@pytest.mark.parametrize("place", ["", "api/"])
def test_the_answer_to_a_crash_asks_the_database_nothing(
    api: APIClient, django_assert_num_queries: DjangoAssertNumQueries, place: str
) -> None:
    api.cookies["sessionid"] = "x" * 32
    with django_assert_num_queries(0):
        api.get(f"/{place}crash/database/")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "users/me/", {}),
        ("GET", "nothing/", {}),
        ("DELETE", "auth/code/", {}),
        ("POST", "auth/token/", {"phone_number": ALICE, "confirmation_code": "0427"}),
        ("POST", "auth/token/verify/", {"token": "x"}),
    ],
)
def test_the_code_is_the_same_in_every_language(
    api: APIClient, method: str, path: str, body: dict[str, str]
) -> None:
    answers: list[Any] = [
        getattr(api, method.lower())(f"/api/v1/{path}", body, HTTP_ACCEPT_LANGUAGE=language)
        for language in ("en", "ru", "xx;q=é", "*", "")
    ]
    assert len({(answer.status_code, answer.json()["code"]) for answer in answers}) == 1
    for answer in answers:
        assert_contract_shape(answer)
    assert [answer["Content-Language"] for answer in answers[:2]] == ["en", "ru"]
