"""A subject names a user to other systems, by number and key."""

import importlib
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from tests.conftest import ALICE, BOB, bearer, sign_in
from tests.restore import undo_sign_up
from users.models import User

pytestmark = pytest.mark.django_db


def test_a_subject_finds_its_user(alice: User, bob: User) -> None:
    for user in (alice, bob):
        assert User.objects.by_subject(user.subject) == user


def test_the_longest_subject_has_forty_characters(alice: User) -> None:
    alice.pk = 2**63 - 1
    assert len(alice.subject) == 40


def test_a_subject_stays_when_the_account_is_edited(alice: User) -> None:
    before = alice.subject
    alice.first_name = "Alice"
    alice.save()
    assert User.objects.get().subject == before


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "-",
        "{pk}",
        "{pk}-",
        "{pk}-{other}",
        "{other_pk}-{key}",
        "0{pk}-{key}",
        " {pk}-{key}",
        "{pk}-{key}\n",
        "{pk}-{key}0",
        "{pk}-{upper}",
        "9999999999999999999-{key}",
        "{arabic}-{key}",
        "{pk}-{key}\x00",
    ],
)
def test_what_is_no_subject_finds_nobody(alice: User, bob: User, subject: str) -> None:
    User.objects.filter(pk=alice.pk).update(subject_key="abcdef" + "0" * 14)
    alice.refresh_from_db()
    parts = {
        "pk": alice.pk,
        "key": alice.subject_key,
        "other_pk": bob.pk,
        "other": bob.subject_key,
        "upper": alice.subject_key.upper(),
        "arabic": str(alice.pk).translate({ord("0") + n: chr(0x660 + n) for n in range(10)}),
    }
    with pytest.raises(User.DoesNotExist):
        User.objects.by_subject(subject.format(**parts))


def insert_as_1_0_0(phone_number: str) -> User:
    """A server that does not know the column."""
    columns: dict[str, str | bool] = {
        "phone_number": phone_number,
        "password": "!",
        "first_name": "",
        "last_name": "",
        "email": "",
        "avatar": "",
        "is_active": True,
        "is_staff": False,
        "is_superuser": False,
        "date_joined": "2026-11-21T09:00:00Z",
    }
    places = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO users_user ({', '.join(columns)}) VALUES ({places})", [*columns.values()]
        )
    return User.objects.get(phone_number=phone_number)


def test_the_database_draws_the_key_for_an_old_server() -> None:
    found = {insert_as_1_0_0(number).subject_key for number in (ALICE, BOB)}
    assert len(found) == 2
    assert {len(key) for key in found} == {20}


def test_those_who_were_there_before_get_a_key_each(
    alice: User, bob: User, charlie: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration = importlib.import_module("users.migrations.0010_keys_of_earlier_people")
    monkeypatch.setattr(migration, "BATCH", 1)
    User.objects.exclude(pk=charlie.pk).update(subject_key="")
    migration.draw(apps, SimpleNamespace(connection=connection))
    keys = dict(User.objects.values_list("pk", "subject_key"))
    assert keys[charlie.pk] == charlie.subject_key
    assert len({*keys.values()}) == 3
    for user in User.objects.all():
        assert User.objects.by_subject(user.subject) == user


def test_after_a_restore_the_subject_of_a_lost_person_names_nobody() -> None:
    before = sign_in(ALICE).user
    undo_sign_up(before)
    since = sign_in(BOB)
    assert since.user_id == before.pk
    told = bearer(since).get("/api/v1/users/me/").json()["subject"]
    assert User.objects.by_subject(told) == since.user
    with pytest.raises(User.DoesNotExist):
        User.objects.by_subject(before.subject)
