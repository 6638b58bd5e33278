"""Signing in to the administration by password: superusers only, and guessing is counted."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient
from time_machine import Traveller

from tests.administration import INDEX, LOGIN, PASSWORD, ROOT, STAFF, enter
from tests.conftest import ALICE, ask, wrong
from users.models import SignIn, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "people")]

SECRET = "correct horse"
HERE, THERE = "198.51.100.1", "198.51.100.2"
THROTTLED = "Request was throttled. Expected available in 3600 seconds."


@pytest.fixture
def people(alice: User, settings: Settings) -> None:
    """A superuser, a member of staff and Alice, all with a password; three guesses an hour."""
    settings.FLOOD_LIMITS = {**settings.FLOOD_LIMITS, "failed_guesses": 3}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a fast one
    User.objects.create_superuser(ROOT)
    User.objects.create_user(STAFF, is_staff=True)
    for person in User.objects.all():
        person.set_password(SECRET)
        person.save()


def give_password(username: str, password: str = SECRET, address: str = HERE) -> Any:
    form = {"username": username, "password": password, "next": INDEX}
    return Client(REMOTE_ADDR=address).post(PASSWORD, form)


def errors(response: Any) -> list[str]:
    return list(response.context["form"].non_field_errors())


def signed_in(phone_number: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(phone_number=phone_number))
    return client


def test_a_superuser_enters() -> None:
    client = Client()
    response = client.post(PASSWORD, {"username": ROOT, "password": SECRET, "next": INDEX})
    assert (response.status_code, response["Location"]) == (302, INDEX)
    assert client.get(INDEX).status_code == 200


@pytest.mark.parametrize("username", [ALICE, STAFF, "+79990000009", "admin", "9" * 400])
def test_every_other_user_gets_the_same_refusal(username: str) -> None:
    wrong_password = errors(give_password(ROOT, "battery staple"))
    response = give_password(username)
    assert (response.status_code, errors(response)) == (200, wrong_password)
    assert not response.wsgi_request.user.is_authenticated


@pytest.mark.parametrize("phone_number", [ALICE, STAFF])
def test_the_session_of_another_user_opens_nothing(phone_number: str) -> None:
    response = signed_in(phone_number).get(INDEX)
    assert (response.status_code, response["Location"]) == (302, f"{LOGIN}?next={INDEX}")


@pytest.mark.parametrize("lost", [{"is_superuser": False}, {"is_staff": False}])
def test_a_user_who_is_no_longer_a_superuser_is_out_at_once(lost: dict[str, bool]) -> None:
    client = signed_in(ROOT)
    assert client.get(INDEX).status_code == 200
    User.objects.filter(phone_number=ROOT).update(**lost)
    assert client.get(INDEX).status_code == 302


def test_an_inactive_user_is_out_at_once() -> None:
    client = signed_in(ROOT)
    User.objects.filter(phone_number=ROOT).update(is_active=False)
    assert client.get(INDEX).status_code == 302
    assert errors(give_password(ROOT)) == errors(give_password("admin"))


def test_a_password_takes_the_place_of_a_weaker_sign_in() -> None:
    client = enter(ALICE)
    assert client.get(INDEX).status_code == 302
    client.post(PASSWORD, {"username": ROOT, "password": SECRET})
    assert client.get(INDEX).status_code == 200
    assert not SignIn.objects.live().exists()


def test_a_user_with_a_password_may_change_it_and_sign_out() -> None:
    client = signed_in(ROOT)
    assert "/admin/password_change/" in client.get(INDEX).text
    assert client.get("/admin/password_change/").status_code == 200
    assert client.get("/admin/password_change/done/").status_code == 200
    assert client.post("/admin/logout/")["Location"] == LOGIN
    assert client.get(INDEX).status_code == 302


def test_a_new_password_ends_the_sessions() -> None:
    client = signed_in(ROOT)
    root = User.objects.get(phone_number=ROOT)
    root.set_password("battery staple")
    root.save()
    assert client.get(INDEX).status_code == 302


def test_after_three_wrong_passwords_guessing_is_throttled_for_an_hour(clock: Traveller) -> None:
    for _ in range(3):
        assert errors(give_password(ROOT, "battery staple")) != [THROTTLED]
    assert errors(give_password(ROOT)) == [THROTTLED]
    assert give_password(ROOT, address=THERE).status_code == 302
    clock.shift(3600)
    assert give_password(ROOT).status_code == 302


def test_the_right_password_of_another_user_is_a_guess() -> None:
    for _ in range(3):
        give_password(STAFF)
    assert errors(give_password(ROOT)) == [THROTTLED]


def test_a_right_password_is_not_a_guess() -> None:
    assert [give_password(ROOT).status_code for _ in range(5)] == [302] * 5


def test_wrong_passwords_and_wrong_codes_are_counted_together() -> None:
    code = ask(ALICE)
    body = {"phone_number": ALICE, "confirmation_code": wrong(code)}
    give_password(ROOT, "battery staple")
    for _ in range(2):
        APIClient().post("/api/v1/auth/token/", body, REMOTE_ADDR=HERE)
    assert errors(give_password(ROOT)) == [THROTTLED]
    body["confirmation_code"] = code
    response = APIClient().post("/api/v1/auth/token/", body, REMOTE_ADDR=HERE)
    assert (response.status_code, response.json()["code"]) == (429, "throttled")


def test_a_throttled_guess_is_not_checked(settings: Settings) -> None:
    settings.FLOOD_LIMITS = {**settings.FLOOD_LIMITS, "failed_guesses": 0}
    response = give_password(ROOT)
    assert errors(response) == [THROTTLED]
    assert not response.wsgi_request.user.is_authenticated
    settings.FLOOD_GUARD = False
    assert give_password(ROOT).status_code == 302
