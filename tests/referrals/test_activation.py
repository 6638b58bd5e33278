"""Activating an invite code: each success, each refusal, in the order of the contract."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient
from time_machine import Traveller

from referrals.models import Activation, InviteCode
from referrals.services import issue_invite_code
from users.models import User

pytestmark = pytest.mark.django_db

ACTIVATE = "/api/v1/referrals/activate/"
UNKNOWN = "Z9Z9Z9"
OWN = {
    "detail": "This is your own invite code. Enter the code of the user who invited you.",
    "code": "own_invite_code",
}
NOT_FOUND = {
    "detail": "There is no such invite code. Check it and try again.",
    "code": "invite_code_not_found",
}
ALREADY = {
    "detail": "You have already activated an invite code. It cannot be changed.",
    "code": "invite_code_already_activated",
}
IMPOSSIBLE = "This is not an invite code: it has six letters and digits, like A2B3C4."


@pytest.fixture(autouse=True)
def codes(alice: User, bob: User, charlie: User) -> None:
    """Alice's code is A2A2A2, Bob's KB2CXH, Charlie's C3C3C3."""
    for person, code in ((alice, "A2A2A2"), (bob, "KB2CXH"), (charlie, "C3C3C3")):
        person.invite_codes.update(code=code)


def retire(owner: User) -> None:
    owner.invite_codes.update(retired_at=timezone.now())


def retire_and_reissue(owner: User) -> None:
    retire(owner)
    issue_invite_code(owner)


def revoke(owner: User) -> None:
    owner.invite_codes.update(revoked_at=timezone.now())


def block(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)


def close(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(
        phone_number=None, is_active=False, closed_at=timezone.now()
    )


def test_the_first_activation_is_recorded(
    clock: Traveller, alice: User, bob: User, as_alice: APIClient
) -> None:
    response = as_alice.post(ACTIVATE, {"invite_code": "KB2CXH"})
    assert (response.status_code, response.json()) == (
        201,
        {"invite_code": "KB2CXH", "activated_at": "2026-11-21T09:00:00Z"},
    )
    [activation] = Activation.objects.all()
    assert (activation.inviter, activation.invitee) == (bob, alice)


@pytest.mark.parametrize("spoil", [retire, retire_and_reissue, revoke, block, close])
def test_the_same_code_again_changes_nothing_even_if_it_no_longer_invites(
    clock: Traveller, bob: User, as_alice: APIClient, spoil: Callable[[User], None]
) -> None:
    first = as_alice.post(ACTIVATE, {"invite_code": "KB2CXH"})
    spoil(bob)
    clock.shift(3)
    again = as_alice.post(ACTIVATE, {"invite_code": "kb2-cxh"})
    assert (again.status_code, again.json()) == (200, first.json())
    assert Activation.objects.count() == 1


@pytest.mark.parametrize("other", ["C3C3C3", "A2A2A2", UNKNOWN])
def test_after_one_activation_any_other_code_is_refused_unseen(
    as_alice: APIClient, django_assert_max_num_queries: DjangoAssertNumQueries, other: str
) -> None:
    as_alice.post(ACTIVATE, {"invite_code": "KB2CXH"})
    with django_assert_max_num_queries(2) as queries:
        response = as_alice.post(ACTIVATE, {"invite_code": other})
    assert (response.status_code, response.json()) == (409, ALREADY)
    assert not [query for query in queries.captured_queries if other in query["sql"]]


@pytest.mark.parametrize("spoil", [retire, revoke, block, close])
def test_a_code_that_no_longer_invites_looks_like_one_that_never_was(
    bob: User, as_alice: APIClient, spoil: Callable[[User], None]
) -> None:
    spoil(bob)
    for code in ("KB2CXH", UNKNOWN):
        response = as_alice.post(ACTIVATE, {"invite_code": code})
        assert (response.status_code, response.json()) == (404, NOT_FOUND)
    assert not Activation.objects.exists()


def test_a_code_issued_after_the_old_one_was_retired_works(bob: User, as_alice: APIClient) -> None:
    retire_and_reissue(bob)
    code = bob.invite_codes.get(retired_at=None).code
    assert as_alice.post(ACTIVATE, {"invite_code": code}).status_code == 201


def test_a_user_cannot_activate_their_own_code(as_alice: APIClient) -> None:
    response = as_alice.post(ACTIVATE, {"invite_code": "A2A2A2"})
    assert (response.status_code, response.json()) == (400, OWN)


def test_ones_own_retired_code_is_unknown_like_any_other(alice: User, as_alice: APIClient) -> None:
    retire(alice)
    response = as_alice.post(ACTIVATE, {"invite_code": "A2A2A2"})
    assert (response.status_code, response.json()) == (404, NOT_FOUND)


def test_an_invitee_may_invite_the_inviter(as_alice: APIClient, as_bob: APIClient) -> None:
    assert as_alice.post(ACTIVATE, {"invite_code": "KB2CXH"}).status_code == 201
    assert as_bob.post(ACTIVATE, {"invite_code": "A2A2A2"}).status_code == 201


def test_one_code_invites_many(as_alice: APIClient, as_bob: APIClient, charlie: User) -> None:
    for client in (as_alice, as_bob):
        assert client.post(ACTIVATE, {"invite_code": "C3C3C3"}).status_code == 201
    assert charlie.activations_received.count() == 2


@pytest.mark.parametrize(
    "spelling",
    [
        "kb2cxh",
        " KB2 CXH\n",
        "KB2-CXH",
        "KB2—CXH",
        "КВ2СХН",  # Cyrillic, all but the digit
        "кв2схн",
        "ＫＢ２ＣＸＨ",  # full-width
        "http://127.0.0.1:8000/i/KB2CXH/",
        "https://example.org/i/kb2cxh?utm_source=sms#top",
    ],
)
def test_a_code_is_read_as_people_write_it(as_alice: APIClient, spelling: str) -> None:
    response = as_alice.post(ACTIVATE, {"invite_code": spelling})
    assert (response.status_code, response.json()["invite_code"]) == (201, "KB2CXH")


@pytest.mark.parametrize(
    "impossible",
    [
        "KB2CX",
        "KB2CXH22",
        "KB2CX0",  # no zero is ever drawn
        "BBBBBB",  # without a digit
        "222222",
        "ЖB2CXH",
        "KB2CXH\x00",
        "http://127.0.0.1:8000/i/",
        "2" * 10_000,
        123456,
        ["KB2CXH"],
        True,
    ],
)
def test_what_cannot_be_a_code_is_refused_without_a_query(
    as_alice: APIClient, django_assert_num_queries: DjangoAssertNumQueries, impossible: object
) -> None:
    with django_assert_num_queries(1):  # whose token it is
        response = as_alice.post(ACTIVATE, {"invite_code": impossible})
    assert (response.status_code, response.json()) == (400, {"invite_code": [IMPOSSIBLE]})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "This field is required."),
        ({"invite_code": None}, "This field may not be null."),
        ({"invite_code": " "}, "This field may not be blank."),
    ],
)
def test_an_absent_code_is_a_field_error(
    as_alice: APIClient, body: dict[str, str | None], message: str
) -> None:
    response = as_alice.post(ACTIVATE, body)
    assert (response.status_code, response.json()) == (400, {"invite_code": [message]})


def test_the_field_is_checked_even_after_an_activation(as_alice: APIClient) -> None:
    as_alice.post(ACTIVATE, {"invite_code": "KB2CXH"})
    response = as_alice.post(ACTIVATE, {"invite_code": "?"})
    assert (response.status_code, response.json()) == (400, {"invite_code": [IMPOSSIBLE]})


def test_only_a_signed_in_user_activates(api: APIClient) -> None:
    response = api.post(ACTIVATE, {"invite_code": "KB2CXH"})
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")


def test_the_database_refuses_a_second_activation(alice: User, bob: User, charlie: User) -> None:
    first = {"inviter": bob, "invite_code": bob.invite_codes.get()}
    Activation.objects.create(invitee=alice, **first)
    with pytest.raises(IntegrityError):
        Activation.objects.create(
            invitee=alice, inviter=charlie, invite_code=charlie.invite_codes.get()
        )


def test_the_database_refuses_inviting_oneself(alice: User) -> None:
    with pytest.raises(IntegrityError):
        Activation.objects.create(
            invitee=alice, inviter=alice, invite_code=alice.invite_codes.get()
        )


def test_the_database_refuses_a_second_live_code(alice: User) -> None:
    with pytest.raises(IntegrityError):
        InviteCode.objects.create(owner=alice, code=UNKNOWN)


def test_the_database_refuses_a_code_twice_even_a_retired_one(alice: User, bob: User) -> None:
    retire(alice)
    retire(bob)
    with pytest.raises(IntegrityError):
        InviteCode.objects.create(owner=bob, code="A2A2A2")
