"""Pages for refusals and crashes: in the layout of the site, and in plain words."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NoReturn
from unittest.mock import patch

import pytest
from django.conf import settings as current_settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.views.decorators.http import require_POST, require_safe
from rest_framework.exceptions import APIException, NotAuthenticated, Throttled

from config import urls
from lib.api.exceptions import PayloadTooLarge
from referrals.exceptions import InviteCodeNotFound
from tests.browsers import browser_of, text
from tests.conftest import ALICE
from users.exceptions import DeliveryUnavailable, TooManyCodes
from users.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

SECRET = "the password of the database"
HOST = "http://testserver"
RAISED: dict[str, Exception] = {
    "400": SuspiciousOperation(SECRET),
    "401": NotAuthenticated(),
    "403": PermissionDenied(SECRET),
    "404": Http404(SECRET),
    "413": PayloadTooLarge(),
    "429": TooManyCodes(timedelta(seconds=90)),
    "500": RuntimeError(SECRET),
    "503": DeliveryUnavailable(),
}
HEADINGS = {
    "400": "This request could not be understood",
    "401": "You are signed out",
    "403": "You cannot see this page",
    "404": "There is no such page",
    "405": "This page cannot be opened",
    "413": "That was too large",
    "429": "Too many requests",
    "500": "Something broke on our side",
    "503": "This does not work right now",
}


def refuse(request: HttpRequest, how: str) -> NoReturn:
    raise RAISED[how]


@require_POST
def button(request: HttpRequest) -> HttpResponse:
    return HttpResponse("pressed")


@require_safe
def own_words(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Not like this.", status=405)


urlpatterns = [
    path("refuse/405/", button),
    path("refuse/<how>/", refuse),
    path("own-words/", own_words),
    *urls.urlpatterns,
]
handler400 = urls.handler400
handler403 = urls.handler403
handler404 = urls.handler404
handler500 = urls.handler500


@pytest.fixture
def client() -> Client:
    """A crash is answered with 500, as in production."""
    return Client(raise_request_exception=False)


def assert_dressed(response: Any, status: str) -> None:
    assert response.status_code == int(status)
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert response.text.count("<h1") == 1
    assert 'class="brand"' in response.text
    assert 'name="language"' in response.text
    assert SECRET not in response.text


@pytest.mark.parametrize("status", HEADINGS)
def test_every_refusal_has_the_layout_of_the_site(client: Client, status: str) -> None:
    response = client.get(f"/refuse/{status}/")
    assert_dressed(response, status)
    assert HEADINGS[status] in response.text
    assert 'href="/">Go to the front page' in text(response)


@pytest.mark.parametrize("status", HEADINGS)
def test_every_refusal_has_the_layout_for_a_signed_in_user_too(alice: User, status: str) -> None:
    client = browser_of(alice, raise_request_exception=False)
    assert_dressed(client.get(f"/refuse/{status}/"), status)
    assert_dressed(client.get(f"/refuse/{status}/", headers={"Accept-Language": "ru"}), status)


@pytest.mark.parametrize("status", HEADINGS)
def test_every_refusal_speaks_the_readers_language(client: Client, status: str) -> None:
    response = client.get(f"/refuse/{status}/", headers={"Accept-Language": "ru"})
    assert '<html lang="ru">' in response.text
    assert response["Content-Language"] == "ru"


def test_how_long_to_wait_is_said_in_words_and_in_a_header(client: Client) -> None:
    response = client.get("/refuse/429/")
    assert "Try again in 90 seconds." in text(response)
    assert response["Retry-After"] == "90"


def test_the_wait_that_drf_names_is_not_said_twice(client: Client) -> None:
    with patch.dict(RAISED, {"429": Throttled(wait=2 * 3600)}):
        response = client.get("/refuse/429/")
    assert "Request was throttled. Try again in 2 hours." in text(response).replace("\xa0", " ")
    assert response["Retry-After"] == "7200"


def test_no_other_refusal_says_when_to_come_back(client: Client) -> None:
    for status in set(HEADINGS) - {"429"}:
        assert not client.get(f"/refuse/{status}/").has_header("Retry-After")


def test_a_wrong_method_names_the_right_ones(client: Client) -> None:
    assert client.get("/refuse/405/")["Allow"] == "POST"
    assert client.post("/refuse/405/").text == "pressed"


def test_a_405_with_words_of_its_own_keeps_them(client: Client) -> None:
    assert client.get("/own-words/").text == "Not like this."


def test_a_refusal_with_words_of_its_own_says_them(client: Client) -> None:
    with patch.dict(RAISED, {"404": InviteCodeNotFound()}):
        assert "There is no such invite code." in client.get("/refuse/404/").text


def test_an_unexpected_refusal_has_a_page_too(client: Client) -> None:
    class Teapot(APIException):
        status_code = 418
        default_detail = "Short and stout."

    with patch.dict(RAISED, {"400": Teapot()}):
        response = client.get("/refuse/400/")
    assert (response.status_code, "Short and stout." in response.text) == (418, True)


# A form that came too late


def test_a_form_without_a_token_is_told_what_happened(alice: User) -> None:
    client = browser_of(alice, enforce_csrf_checks=True)
    response = client.post("/settings/", headers={"Referer": f"{HOST}/settings/?x=1"})
    assert_dressed(response, "403")
    assert "This form is out of date" in response.text
    assert "Nothing was done." in response.text
    assert f'href="{HOST}/settings/?x=1">Go back' in text(response)


@pytest.mark.parametrize(
    "referer", ["", "https://evil.example/", "//evil.example/", "javascript:alert(1)", "\x00"]
)
def test_the_way_back_leads_to_no_other_site(referer: str) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/sign-out/", headers={"Referer": referer})
    assert_dressed(response, "403")
    assert "Go back" not in text(response).replace("Go back and send", "")


def test_a_bad_host_has_no_way_back(client: Client) -> None:
    response = client.post("/", headers={"Host": "evil.example", "Referer": "http://evil.example/"})
    assert_dressed(response, "400")
    assert "evil" not in response.text


# Bodies


@pytest.mark.parametrize(
    ("length", "status"), [("7340032", 405), ("7340033", 413), ("9" * 5_000, 405), ("x", 405)]
)
def test_a_large_body_is_not_read(client: Client, length: str, status: int) -> None:
    response = client.post("/", CONTENT_LENGTH=length)
    assert_dressed(response, str(status))


def test_a_large_field_is_refused(client: Client) -> None:
    response = client.post("/sign-in/", {"phone_number": "9" * 2 * 1024 * 1024})
    assert_dressed(response, "413")


# When the database is gone


@pytest.fixture
def no_database() -> Iterator[None]:
    def refuse(*_: Any) -> NoReturn:
        raise OperationalError(SECRET)

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.usefixtures("no_database")
@pytest.mark.parametrize("path", ["/", "/profile/", "/settings/", "/nowhere/"])
def test_without_a_database_a_signed_in_user_is_told_so(client: Client, path: str) -> None:
    client.cookies[current_settings.SESSION_COOKIE_NAME] = "x" * 32
    response = client.get(path)
    assert_dressed(response, "503")
    assert response["Retry-After"] == "5"


@pytest.mark.usefixtures("no_database")
def test_a_crash_without_a_database_is_a_crash(client: Client) -> None:
    client.cookies[current_settings.SESSION_COOKIE_NAME] = "x" * 32
    assert_dressed(client.get("/refuse/500/"), "500")


@pytest.mark.usefixtures("no_database")
def test_without_a_database_the_api_says_so(client: Client) -> None:
    response = client.post(
        "/api/v1/auth/token/",
        {"phone_number": ALICE, "confirmation_code": "0427"},
        content_type="application/json",
    )
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert response.json() == {
        "detail": "The service is unavailable for a moment. Please try again.",
        "code": "unavailable",
    }


def test_a_crash_reads_no_message_from_the_session(client: Client) -> None:
    client.cookies[current_settings.SESSION_COOKIE_NAME] = "x" * 32
    with (
        patch("django.contrib.messages.storage.cookie.CookieStorage._get") as in_cookie,
        patch("django.contrib.sessions.backends.db.SessionStore.load") as in_session,
    ):
        in_cookie.return_value = ([], False)  # the rest of them stands in the session
        in_session.side_effect = OperationalError(SECRET)
        assert_dressed(client.get("/refuse/500/"), "500")


# The language


@pytest.mark.parametrize(
    "path", ["/", "/sign-in/?next=/settings/", "/dev/sms/?phone_number=%2B7", "/nowhere/"]
)
def test_changing_the_language_stays_on_the_page(client: Client, path: str) -> None:
    page = client.get(path)
    assert f'<input type="hidden" name="next" value="{path}">' in page.text
    answer = client.post("/language/", {"language": "ru", "next": path})
    assert (answer.status_code, answer["Location"]) == (302, path)
    assert '<html lang="ru">' in client.get(path).text


def test_a_form_with_errors_is_changed_by_asking_for_it_again(alice: User) -> None:
    client = browser_of(alice)
    page = client.post("/settings/", {"email": "nobody"})
    assert '<input type="hidden" name="next" value="/settings/">' in page.text


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:x", ""])
def test_the_language_leads_to_no_other_site(client: Client, wanted: str) -> None:
    answer = client.post("/language/", {"language": "ru", "next": wanted})
    assert answer["Location"] == "/"


def test_a_path_that_looks_like_a_host_is_not_followed(client: Client) -> None:
    page = client.get("//evil.example/")
    assert 'value="//evil.example' not in page.text
