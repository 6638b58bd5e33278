"""The staff endpoints: finding, seeing, blocking and unblocking people."""

import pytest
from rest_framework.test import APIClient

from tests.conftest import ALICE, bearer, sign_in
from users.models import User

pytestmark = pytest.mark.django_db

PEOPLE = "/api/v1/users/"


@pytest.fixture
def as_staff() -> APIClient:
    User.objects.create_user("+79990000010", is_staff=True)
    return bearer(sign_in("+79990000010", 6))


@pytest.mark.parametrize(
    "search",
    [
        "8 (999) 000-00-01",
        ALICE,
        "+7999000000",
        "0000001",
        "anna",
        "Ivanova",
        "ivanova ANNA",
        "a@b.ru",
    ],
)
def test_people_are_found_however_one_asks(as_staff: APIClient, alice: User, search: str) -> None:
    User.objects.filter(pk=alice.pk).update(first_name="Anna", last_name="Ivanova", email="A@b.ru")
    response = as_staff.get(PEOPLE, {"search": search})
    assert response.status_code == 200
    assert alice.pk in [person["id"] for person in response.json()["results"]]


def test_a_person_in_full(as_staff: APIClient, alice: User) -> None:
    response = as_staff.get(f"{PEOPLE}{alice.pk}/")
    assert response.status_code == 200
    assert response.json()["inviter"] is None
    assert (
        as_staff.get(PEOPLE, {"search": alice.invite_codes.get().code}).json()["results"][0]["id"]
        == alice.pk
    )
    assert as_staff.delete(f"{PEOPLE}{alice.pk}/", {"reason": "spam"}).status_code == 204
    assert as_staff.delete(f"{PEOPLE}{alice.pk}/").status_code == 204
    assert as_staff.post(f"{PEOPLE}{alice.pk}/unblock/").status_code == 200
