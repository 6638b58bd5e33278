"""The staff endpoints: finding, seeing, blocking and unblocking people."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient
from time_machine import Traveller

from referrals.models import Activation, InviteCode
from referrals.services import activate
from tests.conftest import ALICE, BOB, HERE, ask, bearer, sign_in
from users.accounts import own
from users.models import AuditEvent, SignIn, User

pytestmark = pytest.mark.django_db

API = "/api/v1/"
PEOPLE = f"{API}users/"
STAFF = "+79990000010"
JOINED = datetime(2026, 1, 1, tzinfo=UTC)
NOT_FOUND = {"detail": "Not found.", "code": "not_found"}
ENDPOINTS = [("get", ""), ("get", "{id}/"), ("delete", "{id}/"), ("post", "{id}/unblock/")]

every_endpoint = pytest.mark.parametrize(("method", "path"), ENDPOINTS)


@pytest.fixture
def staff() -> User:
    return User.objects.create_user(STAFF, is_staff=True, date_joined=JOINED)


@pytest.fixture
def as_staff(staff: User) -> APIClient:
    return bearer(sign_in(STAFF, 6))


def one(person: User, end: str = "") -> str:
    return f"{PEOPLE}{person.pk}/{end}"


def ids(response: Any) -> list[int]:
    assert response.status_code == 200
    return [person["id"] for person in response.json()["results"]]


def refusal(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def seen(person: User, **changes: Any) -> dict[str, Any]:
    code = person.invite_codes.filter(retired_at=None).first()
    return {
        "id": person.pk,
        "subject": person.subject,
        "phone_number": person.phone_number,
        "first_name": "",
        "last_name": "",
        "email": "",
        "avatar": None,
        "date_joined": "2026-11-21T09:00:00Z",
        "invite_code": code and code.code,
        "invite_link": code and code.invite_link,
        "activated_invite_code": None,
        "invited_users": [],
        "invited_users_count": 0,
        "is_active": True,
        "is_staff": False,
        "last_login": None,
        "inviter": None,
        **changes,
    }


# Who may


@every_endpoint
@pytest.mark.parametrize(
    ("is_staff", "is_superuser", "digits", "answer"),
    [
        (None, None, None, (401, "not_authenticated")),
        (False, False, 4, (403, "permission_denied")),
        (False, False, 6, (403, "permission_denied")),
        (False, True, 6, (403, "permission_denied")),
        (True, False, 4, (403, "stronger_sign_in_required")),
        (True, True, 4, (403, "stronger_sign_in_required")),
    ],
)
def test_every_other_client_is_refused(
    api: APIClient,
    alice: User,
    bob: User,
    method: str,
    path: str,
    is_staff: bool | None,
    is_superuser: bool,
    digits: int,
    answer: tuple[int, str],
) -> None:
    if is_staff is not None:
        User.objects.filter(pk=bob.pk).update(is_staff=is_staff, is_superuser=is_superuser)
        api = bearer(sign_in(BOB, digits))
    for pk in (alice.pk, 10**9):
        response = getattr(api, method)(PEOPLE + path.format(id=pk))
        assert refusal(response) == answer
    alice.refresh_from_db()
    assert alice.is_active


def test_a_session_of_the_administration_opens_nothing_here(api: APIClient, staff: User) -> None:
    api.force_login(staff)
    assert refusal(api.get(PEOPLE)) == (401, "not_authenticated")


# The list


def test_a_user_in_the_list_has_the_fields_of_the_single_user(
    clock: Traveller, as_staff: APIClient, alice: User, bob: User, charlie: User
) -> None:
    for invitee, inviter in ((alice, bob), (charlie, bob), (bob, alice)):
        activate(invitee, inviter.invite_codes.get().code)
        clock.shift(1)
    expected = [
        seen(charlie, **invited_by(bob)),
        seen(
            bob,
            **invited_by(alice),
            invited_users=[charlie.phone_number, ALICE],
            invited_users_count=2,
        ),
        seen(alice, **invited_by(bob), invited_users=[BOB], invited_users_count=1),
    ]
    response = as_staff.get(PEOPLE, {"is_staff": "false"})
    page = {"next": None, "previous": None, "results": expected}
    assert (response.status_code, response.json()) == (200, page)
    alone = [as_staff.get(one(person)) for person in (charlie, bob, alice)]
    assert [(response.status_code, response.json()) for response in alone] == [
        (200, person) for person in expected
    ]


def invited_by(inviter: User) -> dict[str, Any]:
    return {
        "activated_invite_code": inviter.invite_codes.get().code,
        "inviter": {"id": inviter.pk, "phone_number": inviter.phone_number},
    }


def test_the_newest_come_first_page_by_page(as_staff: APIClient, staff: User) -> None:
    people = User.objects.bulk_create(
        User(phone_number=f"+7999100{n:04}", date_joined=JOINED + timedelta(days=1 + n // 3))
        for n in range(250)
    )
    newest_first = [person.pk for person in reversed(people)] + [staff.pk]
    first = as_staff.get(PEOPLE)
    second = as_staff.get(first.json()["next"])
    third = as_staff.get(second.json()["next"])
    assert [*ids(first), *ids(second), *ids(third)] == newest_first
    assert [len(ids(page)) for page in (first, second, third)] == [100, 100, 51]
    assert third.json()["next"] is None
    assert ids(as_staff.get(third.json()["previous"])) == newest_first[100:200]
    assert first.json()["next"].startswith(f"http://127.0.0.1:8000{PEOPLE}?cursor=")


def test_the_filters_hold_on_every_page(as_staff: APIClient, staff: User) -> None:
    User.objects.bulk_create(User(phone_number=f"+7999100{n:04}") for n in range(5))
    query = {"search": "+7999100", "is_staff": "false", "is_active": "true", "page_size": "2"}
    numbers, url = [], as_staff.get(PEOPLE, query).json()
    while url["next"]:
        numbers += [person["phone_number"] for person in url["results"]]
        url = as_staff.get(url["next"]).json()
    numbers += [person["phone_number"] for person in url["results"]]
    assert numbers == [f"+7999100{n:04}" for n in reversed(range(5))]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "charlie bob alice staff"),
        ({"is_active": "false"}, "bob"),
        ({"is_active": "true"}, "charlie alice staff"),
        ({"is_staff": "true"}, "staff"),
        ({"is_staff": "0"}, "charlie bob alice"),
        ({"joined_after": "2026-01-02T00:00:00Z"}, "charlie bob alice"),
        ({"joined_after": "2026-01-03T00:00:00Z"}, "charlie bob"),
        ({"joined_after": "2026-01-03T02:00:00+02:00"}, "charlie bob"),
        ({"joined_before": "2026-01-03T00:00:00Z"}, "alice staff"),
        ({"joined_after": "2026-01-02", "joined_before": "2026-01-04"}, "bob alice"),
        ({"joined_after": "9999-12-31T23:59:59Z"}, ""),
        ({"joined_before": "0001-01-02T00:00:00Z"}, ""),
        ({"search": ""}, "charlie bob alice staff"),
        ({"search": "anna"}, "alice"),
        ({"search": "8 (999) 000-00-02"}, "bob"),
        ({"search": "0003"}, "charlie"),
        ({"search": "+7999000000"}, "charlie bob alice"),
        ({"search": "+7999000000", "is_active": "false"}, "bob"),
        ({"search": "anna", "is_active": "false"}, ""),
        ({"search": "A@B.ru"}, "alice"),
    ],
)
def test_people_are_searched_and_filtered(
    as_staff: APIClient,
    staff: User,
    alice: User,
    bob: User,
    charlie: User,
    query: dict[str, str],
    found: str,
) -> None:
    User.objects.filter(pk=alice.pk).update(first_name="Anna", email="a@b.ru")
    User.objects.filter(pk=bob.pk).update(is_active=False)
    for days, person in enumerate((alice, bob, charlie), start=1):
        User.objects.filter(pk=person.pk).update(date_joined=JOINED + timedelta(days=days))
    people = {"alice": alice, "bob": bob, "charlie": charlie, "staff": staff}
    assert ids(as_staff.get(PEOPLE, query)) == [people[name].pk for name in found.split()]


def test_an_invite_code_finds_its_owner(as_staff: APIClient, alice: User) -> None:
    code = alice.invite_codes.get()
    for text in (code.code, code.code.lower(), code.invite_link):
        assert ids(as_staff.get(PEOPLE, {"search": text})) == [alice.pk]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("search", value) for value in ("a\x00b", "x" * 501)),
        *((name, value) for name in ("is_active", "is_staff") for value in ("maybe", "2", "[]")),
        *(
            (name, value)
            for name in ("joined_after", "joined_before")
            for value in (
                *("yesterday", "1", "2026-13-01", "2026-01-01T25:00:00Z", "\x00", "９９９９"),
                *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9" * 500),
            )
        ),
        *(("page_size", value) for value in ("0", "-1", "x")),
    ],
)
def test_a_filter_that_means_nothing_is_a_field_error(
    as_staff: APIClient, name: str, value: str
) -> None:
    response = as_staff.get(PEOPLE, {name: value})
    assert response.status_code == 400
    assert response.json().keys() == {name}


@pytest.mark.parametrize("name", ["inviter", "Search", "is_active ", "days", "page", "\x00"])
def test_an_unknown_filter_is_a_field_error(as_staff: APIClient, name: str) -> None:
    response = as_staff.get(PEOPLE, {name: "1", "search": "", "page_size": "2"})
    assert (response.status_code, response.json()) == (400, {name: ["Unknown parameter."]})


@pytest.mark.parametrize("cursor", ["", "x", "x:y:z", "\x00", "é", "a" * 5_000])
def test_a_forged_cursor_is_invalid(as_staff: APIClient, cursor: str) -> None:
    assert refusal(as_staff.get(PEOPLE, {"cursor": cursor})) == (400, "invalid_cursor")


@pytest.mark.parametrize(
    "search",
    [
        "٣",
        "%",
        "'",
        "🦊",
        "\\",
        "9" * 500,
        "+" * 500,
        "--",
        "\u202e",
    ],
)
def test_a_strange_search_finds_no_user(as_staff: APIClient, search: str) -> None:
    assert ids(as_staff.get(PEOPLE, {"search": search})) == []


# One person


def test_a_person_in_full(clock: Traveller, as_staff: APIClient, alice: User, bob: User) -> None:
    clock.shift(1)
    sign_in(ALICE)
    User.objects.filter(pk=alice.pk).update(first_name="Anna", email="a@b.ru", is_staff=True)
    activate(alice, bob.invite_codes.get().code)
    response = as_staff.get(one(alice))
    assert (response.status_code, response.json()) == (
        200,
        seen(
            alice,
            first_name="Anna",
            email="a@b.ru",
            is_staff=True,
            last_login="2026-11-21T09:00:01Z",
            **invited_by(bob),
        ),
    )


def test_a_closed_account_shows_what_is_left_of_it(
    clock: Traveller, as_staff: APIClient, alice: User, bob: User, charlie: User
) -> None:
    for inviter, invitee in ((alice, bob), (charlie, alice)):
        activate(invitee, inviter.invite_codes.get().code)
    Activation.objects.update(activated_at=JOINED)
    own.close(alice, HERE)
    alice.refresh_from_db()
    gone = seen(alice, is_active=False, invited_users=[BOB], invited_users_count=1)
    assert as_staff.get(one(alice)).json() == gone | invited_by(charlie)
    code = InviteCode.objects.get(owner=alice).code
    nameless = {"id": alice.pk, "phone_number": None}
    assert as_staff.get(one(bob)).json() == seen(bob, activated_invite_code=code, inviter=nameless)
    assert as_staff.get(one(charlie)).json() == seen(charlie, invited_users_count=1)


@pytest.mark.parametrize("pk", ["0", "1000000000", "9" * 19, "9" * 30, "9" * 5_000])
@pytest.mark.parametrize(("method", "path"), ENDPOINTS[1:])
def test_an_unknown_id_is_not_found(as_staff: APIClient, method: str, path: str, pk: str) -> None:
    response = getattr(as_staff, method)(PEOPLE + path.format(id=pk))
    assert refusal(response) == (404, "not_found")


@pytest.mark.parametrize("pk", ["-1", "x", "1.0", "1e3", "٣", "%00", "me/x", "+1"])
def test_what_is_not_an_id_is_not_found(as_staff: APIClient, pk: str) -> None:
    for method, end in (("get", "/"), ("delete", "/"), ("post", "/unblock/")):
        assert refusal(getattr(as_staff, method)(f"{PEOPLE}{pk}{end}")) == (404, "not_found")


# Blocking


def test_a_blocked_person_is_out_at_once(
    as_staff: APIClient, staff: User, alice: User, as_bob: APIClient
) -> None:
    client, before = bearer(sign_in(ALICE)), as_staff.get(one(alice)).json()
    code = ask(ALICE)
    response = as_staff.delete(one(alice), {"reason": "spam"})
    assert (response.status_code, response.content) == (204, b"")
    assert refusal(client.get(f"{API}users/me/")) == (401, "token_not_valid")
    confirmed = {"phone_number": ALICE, "confirmation_code": code}
    assert APIClient().post(f"{API}auth/token/", confirmed).status_code in (400, 403)
    activation = {"invite_code": before["invite_code"]}
    refused = as_bob.post(f"{API}referrals/activate/", activation)
    assert refusal(refused) == (404, "invite_code_not_found")
    assert as_staff.get(one(alice)).json() == before | {"is_active": False}
    assert AuditEvent.objects.filter(event="blocked").values("user", "actor", "details").get() == {
        "user": alice.pk,
        "actor": staff.pk,
        "details": {"reason": "spam"},
    }


def test_blocking_changes_nothing_that_others_hold(
    as_staff: APIClient, alice: User, bob: User, as_bob: APIClient
) -> None:
    activate(bob, alice.invite_codes.get().code)
    before = as_bob.get(f"{API}users/me/").json()
    as_staff.delete(one(alice))
    assert as_bob.get(f"{API}users/me/").json() == before


@pytest.mark.parametrize("body", [None, {}, {"reason": ""}, {"reason": "x" * 500}, {"else": 1}])
def test_the_reason_may_be_left_out(as_staff: APIClient, alice: User, body: Any) -> None:
    assert as_staff.delete(one(alice), body).status_code == 204


def test_blocking_again_is_204_and_one_event(as_staff: APIClient, alice: User) -> None:
    assert [as_staff.delete(one(alice)).status_code for _ in range(3)] == [204] * 3
    assert AuditEvent.objects.filter(event="blocked").count() == 1


@pytest.mark.parametrize(
    "reason", ["x" * 501, "a\x00b", 1, True, None, [], {}, ["spam"]], ids=lambda r: ascii(r)[:12]
)
def test_a_reason_that_is_not_text_is_a_field_error(
    as_staff: APIClient, alice: User, reason: Any
) -> None:
    response = as_staff.delete(one(alice), {"reason": reason})
    assert (response.status_code, list(response.json())) == (400, ["reason"])
    alice.refresh_from_db()
    assert alice.is_active


@pytest.mark.parametrize(
    ("body", "content_type", "answer"),
    [
        ("{", "application/json", (400, "parse_error")),
        (" " * 2 * 1024 * 1024, "application/json", (413, "payload_too_large")),
        ("reason=spam", "application/x-www-form-urlencoded", (415, "unsupported_media_type")),
        ("--b--", "multipart/form-data; boundary=b", (415, "unsupported_media_type")),
    ],
)
def test_a_body_that_cannot_be_read_blocks_no_user(
    as_staff: APIClient, alice: User, body: str, content_type: str, answer: tuple[int, str]
) -> None:
    response = as_staff.generic("DELETE", one(alice), body, content_type)
    assert refusal(response) == answer
    alice.refresh_from_db()
    assert alice.is_active


@pytest.mark.parametrize("who", ["oneself", "a superuser"])
def test_oneself_and_a_superuser_cannot_be_blocked(
    as_staff: APIClient, staff: User, alice: User, who: str
) -> None:
    User.objects.filter(pk=alice.pk).update(is_superuser=True)
    person = staff if who == "oneself" else alice
    response = as_staff.delete(one(person), {"reason": "x"})
    assert (response.status_code, response.json()) == (
        403,
        {"detail": "You cannot block yourself or a superuser.", "code": "cannot_block"},
    )
    person.refresh_from_db()
    assert person.is_active
    assert SignIn.objects.live().filter(user=staff).exists()
    assert not AuditEvent.objects.filter(event="blocked").exists()


def test_staff_block_other_staff(as_staff: APIClient, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    other = bearer(sign_in(ALICE, 6))
    assert as_staff.delete(one(alice)).status_code == 204
    assert refusal(other.get(PEOPLE)) == (401, "token_not_valid")


# Unblocking


def test_an_unblocked_person_may_come_back(
    clock: Traveller, as_staff: APIClient, staff: User, alice: User, as_bob: APIClient
) -> None:
    old = bearer(sign_in(ALICE))
    before = as_staff.get(one(alice)).json()
    as_staff.delete(one(alice))
    response = as_staff.post(one(alice, "unblock/"))
    assert (response.status_code, response.json()) == (200, before)
    assert refusal(old.get(f"{API}users/me/")) == (401, "token_not_valid")
    assert bearer(sign_in(ALICE)).get(f"{API}users/me/").status_code == 200
    activation = {"invite_code": before["invite_code"]}
    assert as_bob.post(f"{API}referrals/activate/", activation).status_code == 201
    assert AuditEvent.objects.filter(event="unblocked").values_list("user", "actor").get() == (
        alice.pk,
        staff.pk,
    )


def test_unblocking_a_user_who_is_not_blocked_changes_nothing(
    as_staff: APIClient, alice: User
) -> None:
    client = bearer(sign_in(ALICE))
    assert as_staff.post(one(alice, "unblock/")).status_code == 200
    assert client.get(f"{API}users/me/").status_code == 200
    assert not AuditEvent.objects.filter(event="unblocked").exists()


def test_a_closed_account_is_never_unblocked(as_staff: APIClient, alice: User) -> None:
    own.close(alice, HERE)
    response = as_staff.post(one(alice, "unblock/"))
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert as_staff.delete(one(alice)).status_code == 204
    alice.refresh_from_db()
    assert not alice.is_active


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("", {"GET"}), ("{id}/", {"GET", "DELETE"}), ("{id}/unblock/", {"POST"})],
)
def test_other_methods_are_not_allowed(
    as_staff: APIClient, alice: User, path: str, allowed: set[str]
) -> None:
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - allowed:
        response = as_staff.generic(method, PEOPLE + path.format(id=alice.pk))
        assert refusal(response) == (405, "method_not_allowed")


# The cost


def crowd(size: int, inviter: User) -> None:
    """Users who each have a code and an inviter; half of them have an invitee."""
    people = User.objects.bulk_create(
        User(phone_number=f"+7998{n:07}", first_name="Anna") for n in range(size)
    )
    codes = InviteCode.objects.bulk_create(
        InviteCode(owner=person, code=f"C{person.pk:08}") for person in people
    )
    mine = inviter.invite_codes.get()
    Activation.objects.bulk_create(
        Activation(invitee=person, inviter=inviter, invite_code=mine)
        if n % 2 == 0
        else Activation(invitee=person, inviter=people[n - 1], invite_code=codes[n - 1])
        for n, person in enumerate(people)
    )


@pytest.fixture
def queries_of(as_staff: APIClient) -> Callable[[str], int]:
    def count(url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_staff.get(url).status_code == 200
        return len(captured)

    return count


@pytest.mark.parametrize("size", [10, 1_000])
@pytest.mark.parametrize(
    "query", ["", "search=anna", "search=%2B7998", "is_active=true", "search=nobody"]
)
def test_a_page_costs_three_queries_however_many_there_are(
    bob: User, queries_of: Callable[[str], int], query: str, size: int
) -> None:
    """The sign-in, the people, and their part in the referral programme."""
    crowd(size, bob)
    expected = 2 if query == "search=nobody" else 3
    assert queries_of(f"{PEOPLE}?page_size=1000&{query}") == expected


@pytest.mark.parametrize("size", [10, 1_000])
def test_a_person_costs_three_queries_however_many_they_invited(
    bob: User, queries_of: Callable[[str], int], size: int
) -> None:
    crowd(size, bob)
    assert queries_of(one(bob)) == 3
