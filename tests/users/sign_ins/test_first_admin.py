"""FIRST_USER_IS_ADMIN: the first person of a private installation is its administrator."""

import pytest
from pytest_django import Settings

from config.checks import first_admin_is_private
from tests.conftest import ALICE, BOB, sign_in
from tests.test_races import at_once
from users.models import User
from users.sign_ins import signing_in


@pytest.mark.django_db
def test_nobody_is_made_an_administrator_unasked() -> None:
    assert not sign_in(ALICE).user.is_superuser


@pytest.mark.django_db
def test_the_first_person_and_nobody_after(settings: Settings) -> None:
    settings.FIRST_USER_IS_ADMIN = True
    sign_in(ALICE)
    sign_in(BOB)
    administrators = User.objects.filter(is_superuser=True, is_staff=True)
    assert [user.phone_number for user in administrators] == [ALICE]


@pytest.mark.django_db
def test_an_installation_in_use_has_no_first_person(settings: Settings, bob: User) -> None:
    settings.FIRST_USER_IS_ADMIN = True
    assert not sign_in(ALICE).user.is_superuser


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_come_at_once_at_most_one_is_it(settings: Settings) -> None:
    settings.FIRST_USER_IS_ADMIN = True
    numbers = [f"+7999000020{n}" for n in range(8)]
    at_once(*[lambda n=n: signing_in.find_or_sign_up(n) for n in numbers])
    assert User.objects.count() == 8
    assert User.objects.filter(is_superuser=True).count() == 1


@pytest.mark.parametrize(
    ("is_on", "inbox", "found"),
    [(False, True, []), (True, False, ["settings.W002"]), (True, True, ["settings.E008"])],
)
def test_it_warns_and_is_refused_beside_an_open_inbox(
    settings: Settings, is_on: bool, inbox: bool, found: list[str]
) -> None:
    settings.FIRST_USER_IS_ADMIN, settings.SMS_INBOX = is_on, inbox
    assert [message.id for message in first_admin_is_private()] == found
