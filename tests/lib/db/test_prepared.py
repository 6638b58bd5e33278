"""Statements that are compiled once are the same as Django's."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from lib.db import prepared
from referrals.models import InviteCode
from users.models import User

pytestmark = pytest.mark.django_db


@prepared.rows
def codes_since(moment: datetime, number: str) -> QuerySet[InviteCode]:
    """Codes with their owners."""
    found = InviteCode.objects.select_related("owner").filter(issued_at__gte=moment)
    return found.filter(owner__phone_number=number)


@prepared.rows
def names(pk: int) -> QuerySet[User, str | None]:
    return User.objects.filter(pk=pk).values_list("phone_number", flat=True)


@prepared.rows
def newest(start: str) -> QuerySet[User]:
    return User.objects.filter(phone_number__gte=start).order_by("-id")


@prepared.update
def postpone(pk: int, moment: datetime) -> prepared.Change:
    """Moves when a code was issued."""
    live = InviteCode.objects.live().filter(pk=pk)
    return live, {"issued_at": moment, "code": F("code")}


def test_rows_are_models_with_their_related_ones(
    bob: User, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    before = timezone.now() - timedelta(minutes=1)
    with django_assert_num_queries(1):
        [code] = codes_since(before, "+79990000002")
        assert (code.owner, code.owner.phone_number) == (bob, "+79990000002")
    assert code == bob.invite_codes.get()
    assert code.issued_at.tzinfo is not None
    assert codes_since(timezone.now() + timedelta(minutes=1), "+79990000002") == []


def test_each_call_has_arguments_of_its_own(bob: User, alice: User) -> None:
    assert (names(bob.pk), names(alice.pk)) == (["+79990000002"], ["+79990000001"])


def test_the_statement_is_djangos(bob: User) -> None:
    sql, parameters = names.statement.filled((bob.pk,))
    ours = User.objects.filter(pk=bob.pk).values_list("phone_number", flat=True)
    theirs, _ = ours.query.sql_with_params()
    assert sql.replace("(%s)", "%s") == theirs.replace("(%s)", "%s")
    assert parameters == [bob.pk]


BUILT = []


@prepared.rows
def found(pk: int) -> QuerySet[User]:
    BUILT.append(pk)
    return User.objects.filter(pk=pk)


def test_it_is_built_once(bob: User) -> None:
    assert [found(bob.pk), found(bob.pk)] == [[bob], [bob]]
    assert len(BUILT) == 1


def test_it_may_not_be_prepared_at_every_call() -> None:
    def within(pk: int) -> QuerySet[User]:
        return User.objects.filter(pk=pk)

    with pytest.raises(TypeError, match="within is prepared at every call"):
        prepared.rows(within)


def test_only_the_first_rows(bob: User, alice: User) -> None:
    assert newest.at_most(1, "+7999") == [alice]
    assert newest.at_most(5, "+7999") == newest("+7999") == [alice, bob]


def test_an_update_says_how_many_rows_it_has_changed(bob: User) -> None:
    code, moment = bob.invite_codes.get(), timezone.now() - timedelta(days=3)
    assert postpone(code.pk, moment) == 1
    code.refresh_from_db()
    assert code.issued_at == moment
    assert postpone(0, moment) == 0


def test_it_keeps_its_docstring() -> None:
    assert (codes_since.__doc__, postpone.__doc__) == (
        "Codes with their owners.",
        "Moves when a code was issued.",
    )


@pytest.mark.django_db(transaction=True)
def test_every_thread_uses_a_connection_of_its_own() -> None:
    people = [User.objects.create_user(f"+799900001{n:02}") for n in range(8)]

    def name(person: User) -> Any:
        try:
            return names(person.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(name, people)) == [[person.phone_number] for person in people]


def test_threads_that_compile_at_once_keep_the_whole_statement() -> None:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(30):
            statement = prepared.rows(codes_since.build)
            with ThreadPoolExecutor(8) as threads:
                compiled = list(threads.map(getattr, [statement] * 8, ["statement"] * 8))
            assert {each.sql for each in compiled} == {codes_since.statement.sql}
            assert "JOIN" in statement.statement.sql
    finally:
        sys.setswitchinterval(interval)
