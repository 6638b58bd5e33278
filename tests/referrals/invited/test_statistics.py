"""What an inviter is shown besides the list: figures, a file, a QR code, a new code."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient
from time_machine import Traveller

from referrals.models import Activation, InviteCode
from referrals.services import activate, reset_invite_code
from tests.conftest import BOB, bearer, sign_in
from tests.test_races import at_once
from users.models import User

CODE = "/api/v1/referrals/code/"


def invite(inviter: User, number: int, days_ago: float = 0) -> User:
    invitee = User.objects.create_user(f"+7999100{number:04}")
    activation, _ = activate(invitee, inviter.invite_codes.get(retired_at=None).code)
    moment = timezone.now() - timedelta(days=days_ago)
    Activation.objects.filter(pk=activation.pk).update(activated_at=moment)
    return invitee


@pytest.mark.django_db
def test_joins_are_counted_by_day(clock: Traveller, bob: User) -> None:
    for number, days_ago in enumerate([0, 0, 6, 7, 29, 30, 400]):
        invite(bob, number, days_ago)
    response = bearer(sign_in(BOB)).get("/api/v1/referrals/statistics/", {"days": 8})
    body = response.json()
    assert response.status_code == 200
    assert (body["total"], body["last_7_days"], body["last_30_days"]) == (7, 3, 5)
    assert [day["count"] for day in body["per_day"]] == [1, 1, 0, 0, 0, 0, 0, 2]
    assert (body["per_day"][0]["date"], body["per_day"][-1]["date"]) == (
        "2026-11-14",
        "2026-11-21",
    )


@pytest.mark.django_db
def test_by_default_it_is_thirty_days(as_bob: APIClient) -> None:
    body = as_bob.get("/api/v1/referrals/statistics/").json()
    assert len(body["per_day"]) == 30
    assert body["total"] == 0


@pytest.mark.django_db
@pytest.mark.parametrize("days", ["0", "-1", "367", "x", "", "1e3", "9" * 400])
def test_impossible_days_are_a_field_error(as_bob: APIClient, days: str) -> None:
    response = as_bob.get("/api/v1/referrals/statistics/", {"days": days})
    assert (response.status_code, list(response.json())) == (400, ["days"])


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["day", "cursor", "page_size"])
def test_an_unknown_parameter_is_a_field_error(as_bob: APIClient, name: str) -> None:
    response = as_bob.get("/api/v1/referrals/statistics/", {"days": "7", name: "1"})
    assert (response.status_code, response.json()) == (400, {name: ["Unknown parameter."]})


@pytest.mark.django_db
def test_an_endpoint_without_parameters_ignores_them(as_bob: APIClient) -> None:
    assert as_bob.get("/api/v1/referrals/code/", {"days": "7"}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("people", [0, 30])
def test_figures_take_three_queries(bob: User, people: int, django_assert_num_queries: Any) -> None:
    for number in range(people):
        invite(bob, number)
    client = bearer(sign_in(BOB))
    with django_assert_num_queries(3):
        client.get("/api/v1/referrals/statistics/")


@pytest.mark.django_db
def test_all_invitees_are_exported_as_a_file(
    clock: Traveller, as_bob: APIClient, bob: User
) -> None:
    first, closed = invite(bob, 1, days_ago=2), invite(bob, 2, days_ago=1)
    User.objects.filter(pk=closed.pk).update(phone_number=None)
    response = as_bob.get("/api/v1/referrals/invited/export/")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="invited.csv"'
    lines = response.getvalue().decode("utf-8-sig").splitlines()
    assert lines == [
        "phone_number,activated_at",
        ",2026-11-20T09:00:00+00:00",
        f"'{first.phone_number},2026-11-19T09:00:00+00:00",
    ]


@pytest.mark.django_db
def test_the_link_is_given_as_a_picture(as_bob: APIClient, bob: User) -> None:
    response = as_bob.get(f"{CODE}qr/")
    link = f"http://127.0.0.1:8000/i/{bob.invite_codes.get().code}/"
    assert response["Content-Type"] == "image/svg+xml"
    assert response.content.startswith(b"<?xml")
    assert link.encode() in response.content


@pytest.mark.django_db
def test_a_code_is_changed_once_and_again_after_thirty_days(
    clock: Traveller, as_bob: APIClient, bob: User, alice: User
) -> None:
    old = bob.invite_codes.get()
    first = as_bob.post(f"{CODE}reset/")
    assert (first.status_code, list(first.json())) == (
        201,
        ["invite_code", "invite_link", "issued_at"],
    )
    assert as_bob.get(CODE).json() == first.json() != {"invite_code": old.code}
    assert InviteCode.objects.get(pk=old.pk).retired_at is not None
    again = as_bob.post(f"{CODE}reset/")
    assert (again.status_code, again.json()["code"]) == (429, "code_reset_too_soon")
    assert again["Retry-After"] == str(30 * 24 * 3600)
    clock.shift(30 * 24 * 3600)
    assert bearer(sign_in(BOB)).post(f"{CODE}reset/").status_code == 201


@pytest.mark.django_db
def test_a_user_whose_right_to_invite_was_revoked_gets_no_new_code(
    as_bob: APIClient, bob: User
) -> None:
    bob.invite_codes.update(revoked_at=timezone.now())
    response = as_bob.post(f"{CODE}reset/")
    assert (response.status_code, response.json()["code"]) == (403, "invite_right_revoked")


@pytest.mark.django_db(transaction=True)
def test_of_twenty_resets_at_once_one_changes_the_code(bob: User) -> None:
    answers = at_once(*[lambda: reset_invite_code(bob)] * 20)
    assert sum(isinstance(answer, InviteCode) for answer in answers) == 1
    assert bob.invite_codes.count() == 2
    assert InviteCode.objects.live().filter(owner=bob).count() == 1
