"""Lists of the administration: exported safely, and as quick with many rows as with few."""

import csv
from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from lib import admin_tables
from referrals.models import Activation, InviteCode
from referrals.services import activate
from tests.administration import INDEX, as_staff, page
from tests.conftest import ALICE, BOB
from users.models import AuditEvent, ConfirmationCode, SignIn, User

pytestmark = pytest.mark.django_db

TABLES = sorted(admin.site._registry, key=lambda model: model._meta.label)

every_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table._meta.model_name)


@pytest.fixture
def client() -> Client:
    return as_staff()


def exported(client: Client, table: type[Model], **asked: str) -> list[list[str]]:
    response = client.get(page(table, "export"), asked)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="{table._meta.model_name}.csv"' in response["Content-Disposition"]
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.reader(text.splitlines()))


@every_table
def test_every_list_is_exported(client: Client, alice: User, bob: User, table: type[Model]) -> None:
    activate(alice, bob.invite_codes.get().code)
    header, *rows = exported(client, table)
    assert len(rows) == table._default_manager.count()
    assert {len(row) for row in rows} == {len(header)}
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if ALICE in cell or BOB in cell]
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@"}]


def test_an_export_has_the_rows_that_the_list_has(client: Client, alice: User, bob: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False, first_name="Alice")
    header, row = exported(client, User, is_active__exact="0")
    assert dict(zip(header, row, strict=True)) == {
        "ID": str(alice.pk),
        "phone number": "'+7••••••0001",
        "first name": "Alice",
        "last name": "",
        "active": "False",
        "staff": "False",
        "joined at": alice.date_joined.isoformat(timespec="seconds"),
        "e-mail": "",
        "closed at": "",
    }
    assert exported(client, User, q=BOB)[1][0] == str(bob.pk)
    assert (
        "export/?is_active__exact=0"
        in client.get(page(User, "changelist"), {"is_active__exact": "0"}).text
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("＝1", "'＝1"),
        ('=HYPERLINK("x")', '\'=HYPERLINK("x")'),
        ("x;=1", "x;'=1"),
    ],
)
def test_no_name_becomes_a_formula(client: Client, alice: User, name: str, expected: str) -> None:
    User.objects.filter(pk=alice.pk).update(first_name=name)
    response = client.get(page(User, "export"), {"q": ALICE})
    [_header, row] = csv.reader(response.getvalue().decode("utf-8-sig").split("\r\n")[:2])
    assert row[2] == expected


def test_a_filter_that_makes_no_sense_leads_back_to_the_list(client: Client) -> None:
    for path in (page(User, "export"), page(User, "changelist")):
        response = client.get(path, {"date_joined__gte": "yesterday"}, follow=True)
        assert response.redirect_chain


@pytest.mark.parametrize("value", ["4", "x", ""])
def test_an_unknown_choice_filters_nothing(client: Client, value: str) -> None:
    response = client.get(page(SignIn, "changelist"), {"proof_length": value})
    assert response.context["cl"].result_count == (0 if value == "4" else 1)


def test_a_long_list_is_counted_to_its_limit(
    client: Client, monkeypatch: pytest.MonkeyPatch, alice: User, bob: User
) -> None:
    monkeypatch.setattr(admin_tables, "COUNTED", 2)
    response = client.get(page(User, "changelist"))
    assert response.context["cl"].result_count == 2
    assert "More than 2" in response.text
    assert len(exported(client, User)) == 1 + 3
    monkeypatch.setattr(admin_tables, "COUNTED", 3)
    assert "More than" not in client.get(page(User, "changelist")).text


@pytest.fixture
def no_cache(settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


def queries(client: Client, path: str, asked: dict[str, str]) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path, asked).status_code == 200
    return len(captured)


def grow(inviter: User, number: int) -> None:
    """Adds invitees of the inviter; each has a sign-in and an audit event."""
    code, now = inviter.invite_codes.get(), timezone.now()
    first = User.objects.count()
    people = User.objects.bulk_create(
        User(phone_number=f"+79{first + n:09}", date_joined=now) for n in range(number)
    )
    InviteCode.objects.bulk_create(
        InviteCode(owner=person, code=f"T{person.pk:07}") for person in people
    )
    Activation.objects.bulk_create(
        Activation(invitee=person, inviter=inviter, invite_code=code) for person in people
    )
    moments = {"created_at": now, "rotated_at": now, "last_used_at": now}
    SignIn.objects.bulk_create(
        SignIn(user=who, proof_length=4, **moments) for who in (*people, inviter)
    )
    AuditEvent.objects.bulk_create(
        AuditEvent(event="signed_in", user=who, actor=who) for who in (*people, inviter)
    )
    ConfirmationCode.objects.bulk_create(
        ConfirmationCode(
            phone_number=person.phone_number,
            purpose="sign_in",
            length=4,
            live=False,
            delivery="failed",
            created_at=now,
            expires_at=now + timedelta(minutes=5),
        )
        for person in people
    )


def pages(inviter: User) -> list[tuple[str, dict[str, str]]]:
    lists: list[tuple[str, dict[str, str]]] = [
        (page(table, "changelist"), asked) for table in TABLES for asked in ({}, {"q": "+7 9"})
    ]
    return [*lists, (page(User, "change", inviter), {}), (INDEX, {"days": "90"})]


@pytest.mark.usefixtures("no_cache")
def test_ten_rows_and_a_thousand_cost_the_same_queries(client: Client, bob: User) -> None:
    def cost() -> list[int]:
        return [queries(client, *asked) for asked in pages(bob)]

    grow(bob, 10)
    cost()  # content types are looked up once
    few = cost()
    grow(bob, 990)
    assert cost() == few
    assert max(few) <= 16
