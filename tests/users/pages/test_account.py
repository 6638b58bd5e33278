"""Downloading one's data and closing the account, in a browser."""

import pytest
from django.test import Client
from time_machine import Traveller

from tests.browsers import browser_of, told
from tests.conftest import ALICE, bearer, sign_in
from users.models import AuditEvent, SignIn, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ACCOUNT, DATA = "/settings/account/", "/settings/account/data.json"
BUTTON = "Close my account for good"


@pytest.fixture
def client(alice: User) -> Client:
    """Alice's browser."""
    return browser_of(alice)


def test_the_exported_data_are_those_of_the_api(client: Client) -> None:
    expected = bearer(sign_in(ALICE)).get("/api/v1/users/me/data/")
    response = client.get(DATA)
    assert response.json() == expected.json()
    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert "no-store" in response["Cache-Control"]


def test_the_data_are_only_read(client: Client) -> None:
    assert client.post(DATA).status_code == 405


def test_closing_erases_and_signs_out(client: Client, alice: User) -> None:
    other = sign_in(ALICE)
    answer = client.post(ACCOUNT, {"agreed": "on"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    page = client.get("/")
    assert told(page) == ["Your account is closed. Everything personal is erased."]
    assert 'href="/sign-in/"' in page.text
    alice.refresh_from_db()
    assert (alice.phone_number, alice.is_active) == (None, False)
    assert bearer(other).get("/api/v1/users/me/").status_code == 401
    assert client.get(ACCOUNT)["Location"] == f"/sign-in/?next={ACCOUNT}"


def test_nothing_personal_is_written_down_after_the_closing(client: Client, alice: User) -> None:
    client.post(ACCOUNT, {"agreed": "on"})
    assert {event.ip_address for event in AuditEvent.objects.filter(user=alice)} == {None}
    assert {opened.ip_address for opened in SignIn.objects.all()} == {None}


def test_closing_must_be_agreed_to(client: Client, alice: User) -> None:
    page = client.post(ACCOUNT)
    assert page.context["form"].errors == {
        "agreed": ["Tick the box if you want to close your account."]
    }
    assert BUTTON in page.text
    alice.refresh_from_db()
    assert alice.closed_at is None


def test_opening_the_page_closes_nothing(client: Client, alice: User) -> None:
    assert BUTTON in client.get(ACCOUNT, {"agreed": "on"}).text
    alice.refresh_from_db()
    assert alice.closed_at is None


def test_an_old_sign_in_must_be_renewed(client: Client, alice: User, clock: Traveller) -> None:
    clock.shift(601)
    again = f"/sign-in/?next={ACCOUNT}"
    page = client.get(ACCOUNT)
    assert BUTTON not in page.text
    assert f'href="{again}"' in page.text
    assert client.post(ACCOUNT, {"agreed": "on"})["Location"] == again
    assert told(client.get(again)) == [
        "Sign in again to do this: your sign-in is older than 10 minutes."
    ]
    alice.refresh_from_db()
    assert alice.closed_at is None
    assert client.get(DATA).status_code == 200


def test_a_user_signed_in_by_password_is_sent_to_sign_in_by_phone() -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("+79990000007"))
    assert BUTTON not in client.get(ACCOUNT).text
    assert client.post(ACCOUNT, {"agreed": "on"})["Location"] == f"/sign-in/?next={ACCOUNT}"
    assert User.objects.get().closed_at is None
    assert client.get(DATA).status_code == 200
