"""Finding people: by whatever staff are told on the phone, and always by an index."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from pytest_django import Settings

from referrals.models import InviteCode
from tests.conftest import ALICE, BOB
from users.accounts.search import find
from users.models import User

pytestmark = pytest.mark.django_db

MANY = 20_000
JOINED = datetime(2026, 1, 1, tzinfo=UTC)
INDEXES = {
    "by_email": "people_by_email",
    "by_first": "people_by_first_name",
    "by_last": "people_by_last_name",
    "by_end": "people_by_last_digits",
}


def found(search: str, **narrowed: Any) -> set[str | None]:
    return set(find(search, **narrowed).values_list("phone_number", flat=True))


@pytest.fixture
def anna(alice: User, bob: User) -> User:
    """Alice's papers say Anna Ivanova; Bob is there not to be found."""
    User.objects.filter(pk=bob.pk).update(
        first_name="Bob", last_name="Petrov", email="bob@example.org"
    )
    User.objects.filter(pk=alice.pk).update(
        first_name="Anna", last_name="Ivanova", email="Anna.Ivanova@example.org"
    )
    return alice


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize(
    "search",
    {
        "E.164": "+79990000001",
        "without the plus": "79990000001",
        "as dialled at home": "89990000001",
        "as written at home": "8 (999) 000-00-01",
        "as written abroad": "+7 999 000-00-01",
        "without a country": "999 000 00 01",
        "as a link": "tel:+7-999-000-00-01",
        "in full-width digits": ALICE.translate(
            {ord(sign): ord(sign) + 0xFEE0 for sign in "+0179"}
        ),
        "in direction marks": "\u202a+7 999 000-00-01\u202c",
        "in spaces": "  +79990000001\t",
        "last four": "0001",
        "last seven": "000-00-01",
        "last ten with a dot": "999.000.00.01",
        "first name": "Anna",
        "first name in capitals": "ANNA",
        "last name": "ivanova",
        "both names": "Anna Ivanova",
        "both names the other way round": "ivanova  ANNA",
        "names of a patronymic kind": "Anna Ivanova Petrovna",
        "e-mail": "Anna.Ivanova@example.org",
        "e-mail in another case": "anna.ivanova@EXAMPLE.ORG",
    }.items(),
    ids=lambda named: named[0],
)
def test_a_person_is_found_by(search: tuple[str, str]) -> None:
    assert found(search[1]) == {ALICE}


@pytest.mark.parametrize(
    "search", ["+7999", "+7 (999) 000-0", "7999", "8 999", "8 (999) 000-0", "999 00", "+"]
)
def test_the_first_digits_find_all_who_have_them(alice: User, bob: User, search: str) -> None:
    User.objects.create_user("+77011234567")
    assert found(search) == ({ALICE, BOB} if search != "+" else set())


def test_the_first_digits_are_read_as_at_home(alice: User, settings: Settings) -> None:
    User.objects.create_user("+447400123456")
    assert found("074001") == set()
    settings.PHONENUMBER_DEFAULT_REGION = "GB"
    assert found("074001") == found("74001") == found("44 74001") == {"+447400123456"}
    assert found("7999") == {ALICE}


@pytest.mark.parametrize("ending", ["9", "99", "999", "9999", "09999", "0", "00", "999999999999"])
def test_nines_and_zeros_end_a_number_too(ending: str) -> None:
    numbers = ["+79990009999", "+79990000999", "+79990000100", "+79990000009"]
    for number in numbers:
        User.objects.create_user(number)
    assert found(ending) >= {number for number in numbers if number.endswith(ending)}
    assert found("+" + ending) == set()


def test_an_invite_code_finds_its_owner_even_once_retired(alice: User, bob: User) -> None:
    code = alice.invite_codes.get()
    spellings = [
        code.code,
        code.code.lower(),
        f" {code.code[:3]}-{code.code[3:]}",
        code.invite_link,
    ]
    assert [found(spelling) for spelling in spellings] == [{ALICE}] * 4
    InviteCode.objects.filter(pk=code.pk).update(retired_at=JOINED)
    InviteCode.objects.create(owner=alice, code="A2B3C4")
    assert found(code.code) == found("a2b3c4") == {ALICE}


@pytest.mark.parametrize("search", ["анна", "Анна", "АННА", "иванова", "Иванова анна"])
@pytest.mark.parametrize("first_name", ["Анна", "АННА", "анна"])
def test_names_in_cyrillic_are_found_in_any_case(
    alice: User, bob: User, first_name: str, search: str
) -> None:
    User.objects.filter(pk=alice.pk).update(first_name=first_name, last_name="Иванова")
    assert found(search) == {ALICE}


@pytest.mark.parametrize("search", ["", " ", "\t"])
def test_asking_for_nothing_finds_everybody(alice: User, bob: User, search: str) -> None:
    assert found(search) == {ALICE, BOB}


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize(
    "search",
    [
        *("nobody", "Anna Petrova", "Ann", "%", "_", "'", "Anna%", "a@", "@", "+", "()", "-"),
        *("+1", "12345", "+7 999 000-00-09", "A2B3C4", "9" * 500, "٠٠٠١", "\ud83d", "😀"),
    ],
)
def test_nobody_else_is_found(search: str) -> None:
    assert found(search) == set()


def test_people_are_narrowed_by_when_they_joined(alice: User, bob: User) -> None:
    User.objects.filter(pk=alice.pk).update(date_joined=JOINED)
    User.objects.filter(pk=bob.pk).update(date_joined=JOINED + timedelta(days=1))
    later = JOINED + timedelta(days=1)
    assert found("", joined_after=JOINED) == {ALICE, BOB}
    assert found("", joined_after=later) == {BOB}
    assert found("", joined_before=later) == {ALICE}
    assert found("", joined_after=JOINED, joined_before=later) == {ALICE}
    assert found("+7999", joined_after=later) == {BOB}


# The plans


@pytest.fixture
def many() -> None:
    """People as there are: numbers, names and days all over the place."""
    User.objects.bulk_create(
        (
            User(
                phone_number=f"+79{n * 7919 % 10**9:09}",
                first_name=f"First{n % 5_000}",
                last_name=f"Last{n % 7_000}",
                email=f"someone{n}@example.org",
                date_joined=JOINED + timedelta(seconds=n * 6_007 % 10_000_000),
            )
            for n in range(MANY)
        ),
        batch_size=2_000,
    )
    InviteCode.objects.bulk_create(
        (
            InviteCode(owner=user, code=f"A{user.pk:07}")
            for user in User.objects.only("pk").iterator()
        ),
        batch_size=2_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def page(queryset: QuerySet[User]) -> QuerySet[User]:
    return queryset.order_by("-date_joined", "-id")[:101]


def assert_uses_an_index(queryset: QuerySet[User]) -> str:
    plan = page(queryset).explain()
    if connection.vendor == "postgresql":
        assert "Seq Scan on users_user" not in plan
        assert re.search(r"Index (Only )?Scan", plan)
    else:
        lines = [line for line in plan.splitlines() if "users_user" in line]
        assert lines
        assert all(re.search(r"USING (INTEGER PRIMARY KEY|(COVERING )?INDEX)", x) for x in lines)
    return plan


@pytest.mark.usefixtures("many")
def test_every_way_of_asking_uses_an_index() -> None:
    """One test, because the people take a while."""
    searches = {
        "whole number": "+79000007919",
        "first digits": "+7900000",
        "first digits as at home": "8 900 000",
        "last digits": "007919",
        "first digits that all have": "+79",
        "one digit": "9",
        "one name": "First7",
        "two names": "First7 Last7",
        "e-mail": "someone7@example.org",
        "invite code": "A2B3C4",
        "everybody": "",
    }
    plans = {name: assert_uses_an_index(find(text)) for name, text in searches.items()}
    assert "people_newest_first" in plans["everybody"]
    assert INDEXES["by_email"] in plans["e-mail"]
    assert INDEXES["by_end"] in plans["last digits"]
    assert {INDEXES["by_first"], INDEXES["by_last"]} <= set(re.findall(r"\w+", plans["one name"]))
    if connection.vendor == "sqlite":
        whoever = {"everybody", "one digit"}  # so many that their order serves better
        assert all("SEARCH" in plan for name, plan in plans.items() if name not in whoever)


@pytest.mark.usefixtures("many")
def test_filters_and_pages_use_an_index() -> None:
    halfway = JOINED + timedelta(seconds=5_000_000)
    for narrowed in (
        {"joined_after": halfway},
        {"joined_before": halfway},
        {"joined_after": halfway, "is_active": True},
        {"is_active": True, "is_staff": False},
    ):
        plan = assert_uses_an_index(find("", **narrowed))
        assert "people_newest_first" in plan
    for text in ("+79000", "First7"):
        assert_uses_an_index(find(text, joined_after=halfway, is_active=True))
