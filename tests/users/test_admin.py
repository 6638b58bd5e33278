"""Every page of the administration is opened; what it hides stays hidden."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from referrals.models import Activation, InviteCode
from referrals.services import activate
from tests.conftest import ALICE, BOB, ask, sign_in
from users.models import ConfirmationCode, SignIn, User

pytestmark = pytest.mark.django_db

TABLES = sorted(admin.site._registry, key=lambda model: model._meta.label)
OURS = [table for table in TABLES if table is not Group]
WRITTEN_BY_HAND = [Group, User]
LOGIN = "/admin/login/"

every_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table._meta.model_name)
our_tables = pytest.mark.parametrize("table", OURS, ids=lambda table: table._meta.model_name)


@pytest.fixture
def root() -> User:
    return User.objects.create_superuser("+79990000007")


@pytest.fixture(autouse=True)
def something_to_see(alice: User, bob: User) -> None:
    """A row in every table: Bob has invited Alice, who asks for a code of six digits."""
    activate(alice, bob.invite_codes.get().code)
    sign_in(ALICE)
    ask(BOB, 6)
    Group.objects.create(name="support")


@pytest.fixture
def as_root(root: User) -> Client:
    return signed_in(root)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def staff(*permissions: str) -> User:
    person = User.objects.create_user("+79990000008", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return person


def page(table: type[Model], name: str, row: Model | None = None) -> str:
    args = [row.pk] if row else []
    return reverse(f"admin:{table._meta.app_label}_{table._meta.model_name}_{name}", args=args)


def rows(table: type[Model]) -> Iterable[Model]:
    return table._default_manager.all()


def run(client: Client, action: str, *people: User) -> list[str]:
    """Runs an action on people of the list; returns what the administrator is told."""
    chosen = {"action": action, "_selected_action": [person.pk for person in people]}
    response = client.post(page(User, "changelist"), chosen, follow=True)
    assert response.status_code == 200
    return [str(message) for message in response.context["messages"]]


@every_table
@pytest.mark.parametrize("search", [{}, {"q": "0001"}, {"q": ALICE}, {"q": "x\"'% \\"}, {"o": "1"}])
def test_every_list_opens(as_root: Client, table: type[Model], search: dict[str, str]) -> None:
    response = as_root.get(page(table, "changelist"), search)
    assert response.status_code == 200


@every_table
def test_every_filter_opens(as_root: Client, table: type[Model]) -> None:
    filters = as_root.get(page(table, "changelist")).context["cl"].filter_specs
    for filter_spec in filters:
        changelist = as_root.get(page(table, "changelist")).context["cl"]
        for choice in filter_spec.choices(changelist):
            link = page(table, "changelist") + choice["query_string"]
            assert as_root.get(link).status_code == 200


@every_table
def test_every_row_opens(as_root: Client, table: type[Model]) -> None:
    for row in rows(table):
        assert as_root.get(page(table, "change", row)).status_code == 200
        assert as_root.get(page(table, "history", row)).status_code == 200


@every_table
def test_only_people_and_groups_are_added_by_hand(as_root: Client, table: type[Model]) -> None:
    status = 200 if table in WRITTEN_BY_HAND else 403
    assert as_root.get(page(table, "add")).status_code == status


@our_tables
def test_nothing_is_deleted(as_root: Client, table: type[Model]) -> None:
    for row in rows(table):
        assert as_root.post(page(table, "delete", row), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in rows(table)]}
    before = table._default_manager.count()
    as_root.post(page(table, "changelist"), {**chosen, "post": "yes"})
    assert table._default_manager.count() == before


@pytest.mark.parametrize("table", [ConfirmationCode, SignIn, InviteCode, Activation])
def test_tables_that_record_are_not_written_by_hand(as_root: Client, table: type[Model]) -> None:
    [*before] = table._default_manager.values()
    for row in rows(table):
        assert as_root.post(page(table, "change", row), {}).status_code == 403
    assert [*table._default_manager.values()] == before


@every_table
def test_lists_show_no_whole_phone_number(as_root: Client, table: type[Model]) -> None:
    response = as_root.get(page(table, "changelist"))
    assert ALICE not in response.text
    assert BOB not in response.text


def test_the_list_of_people_shows_the_end_of_a_number(as_root: Client) -> None:
    assert "+7••••••0001" in as_root.get(page(User, "changelist")).text


def test_nothing_shows_what_a_code_is_derived_from(as_root: Client) -> None:
    for code in ConfirmationCode.objects.all():
        for name, row in (("changelist", None), ("change", code)):
            text = as_root.get(page(ConfirmationCode, name, row)).text
            assert not [secret for secret in (code.nonce, code.key_id) if secret in text]


@pytest.mark.parametrize("search", ["+79990000001", "9990000001", "0001", "alice@example.org"])
def test_a_person_is_found(as_root: Client, alice: User, search: str) -> None:
    User.objects.filter(pk=alice.pk).update(email="alice@example.org")
    response = as_root.get(page(User, "changelist"), {"q": search})
    assert list(response.context["cl"].result_list) == [alice]


def test_a_person_is_found_by_their_invite_code(as_root: Client, bob: User) -> None:
    code = bob.invite_codes.get().code
    response = as_root.get(page(User, "changelist"), {"q": code})
    assert list(response.context["cl"].result_list) == [bob]


def test_a_person_added_by_hand_has_an_invite_code(as_root: Client) -> None:
    added = {"phone_number": "8 (999) 000-00-05", "usable_password": "false"}
    response = as_root.post(page(User, "add"), added)
    person = User.objects.get(phone_number="+79990000005")
    assert response.status_code == 302
    assert person.invite_codes.filter(retired_at=None).count() == 1
    assert not person.has_usable_password()


@pytest.mark.parametrize("phone_number", ["", "123", "+7 495 123-45-67", ALICE, "8 999 000-00-01"])
def test_a_person_without_a_number_of_their_own_is_not_added(
    as_root: Client, phone_number: str
) -> None:
    before = User.objects.count()
    added = {"phone_number": phone_number, "usable_password": "false"}
    response = as_root.post(page(User, "add"), added)
    assert response.status_code == 200
    assert response.context["adminform"].form.errors.keys() == {"phone_number"}
    assert User.objects.count() == before


def saved(person: User, **changes: Any) -> dict[str, Any]:
    """What the browser sends from the page of a person."""
    return {"first_name": "", "last_name": "", "email": "", "is_staff": "", **changes}


def test_a_superuser_gives_rights(as_root: Client, alice: User) -> None:
    response = as_root.post(page(User, "change", alice), saved(alice, is_staff="on"))
    assert response.status_code == 302
    alice.refresh_from_db()
    assert alice.is_staff


def test_the_page_of_a_person_changes_neither_number_nor_block(
    as_root: Client, alice: User
) -> None:
    changed = saved(alice, phone_number="+79990000006", is_active="", first_name="Alice")
    as_root.post(page(User, "change", alice), changed)
    alice.refresh_from_db()
    assert (alice.phone_number, alice.is_active, alice.first_name) == (ALICE, True, "Alice")


def test_staff_who_are_not_superusers_change_nothing(alice: User, root: User) -> None:
    """Or they would give themselves rights, or set a superuser's password."""
    somebody = staff("view_user", "change_user")
    client = signed_in(somebody)
    rights = saved(somebody, is_superuser="on", user_permissions=[1])
    password = {"password1": "correct horse", "password2": "correct horse"}
    for path, sent in (
        (page(User, "change", somebody), rights),
        (page(User, "change", alice), saved(alice, first_name="A")),
        (reverse("admin:auth_user_password_change", args=[root.pk]), password),
        (page(User, "changelist"), {"action": "block", "_selected_action": [alice.pk]}),
    ):
        assert client.post(path, sent)["Location"].startswith(LOGIN)
    people = User.objects.in_bulk([alice.pk, root.pk, somebody.pk])
    assert (people[alice.pk].first_name, people[alice.pk].is_active) == ("", True)
    assert not people[root.pk].has_usable_password()
    assert not people[somebody.pk].is_superuser


@every_table
def test_whoever_is_not_a_superuser_is_shown_the_door(alice: User, table: type[Model]) -> None:
    for client in (Client(), signed_in(alice), signed_in(staff("view_user", "view_signin"))):
        for path in (page(table, "changelist"), reverse("admin:index")):
            assert client.get(path)["Location"].startswith(LOGIN)


def test_people_are_blocked_and_unblocked(as_root: Client, alice: User, bob: User) -> None:
    said = run(as_root, "block", alice, bob)
    assert sorted(said) == sorted(f"Blocked: {person}" for person in (alice, bob))
    assert not User.objects.filter(pk__in=[alice.pk, bob.pk], is_active=True).exists()
    assert not SignIn.objects.live().exists()
    assert run(as_root, "unblock", alice) == [f"Unblocked: {alice}"]
    assert User.objects.get(pk=alice.pk).is_active


def test_who_cannot_be_blocked_is_named_and_the_others_are_blocked(
    as_root: Client, root: User, alice: User
) -> None:
    said = run(as_root, "block", root, alice)
    assert sorted(said) == sorted(
        [f"{root}: You cannot block yourself or a superuser.", f"Blocked: {alice}"]
    )
    assert list(User.objects.filter(is_active=False)) == [alice]


PASSWORD = "correct horse"  # of a superuser, who has set one


def log_in(username: str, password: str = PASSWORD) -> bool:
    """Whether the login form lets somebody in."""
    response = Client().post(LOGIN, {"username": username, "password": password})
    assert response.status_code in (200, 302)
    return response.status_code == 302


@pytest.fixture
def passwords(root: User, alice: User) -> None:
    """Of the superuser, of Alice and of a member of staff: the same."""
    for person in (root, alice, staff()):
        person.set_password(PASSWORD)
        person.save()


@pytest.mark.usefixtures("passwords")
@pytest.mark.parametrize("spelling", ["+79990000007", "8 (999) 000-00-07"])
def test_a_superuser_enters_with_a_password(spelling: str) -> None:
    assert log_in(spelling)


@pytest.mark.usefixtures("passwords")
@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("+79990000007", "battery staple"),
        ("+79990000007", ""),
        ("admin", PASSWORD),
        ("+79990000009", PASSWORD),  # nobody's
        (ALICE, PASSWORD),
        ("+79990000008", PASSWORD),  # of staff, but no superuser
    ],
)
def test_nobody_else_enters(username: str, password: str) -> None:
    assert not log_in(username, password)


@pytest.mark.usefixtures("passwords")
def test_guessing_passwords_meets_the_flood_guard(settings: Settings) -> None:
    settings.FLOOD_LIMITS = {**settings.FLOOD_LIMITS, "failed_guesses": 2}
    assert [log_in("+79990000007", guess) for guess in ("1", "2", PASSWORD)] == [False] * 3


def test_the_password_form_opens(as_root: Client, alice: User) -> None:
    path = reverse("admin:auth_user_password_change", args=[alice.pk])
    assert as_root.get(path).status_code == 200


def test_the_front_page_and_the_login_open(as_root: Client) -> None:
    assert as_root.get(reverse("admin:index")).status_code == 200
    assert Client().get(LOGIN).status_code == 200
