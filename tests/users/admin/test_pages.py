"""Every page of the administration is opened; what it hides stays hidden."""

import re
from collections.abc import Iterable
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from referrals.models import Activation, InviteCode
from referrals.services import activate
from tests.administration import INDEX, LOGIN, ROOT, STAFF, as_staff, page
from tests.conftest import ALICE, BOB, HERE, ask, sign_in
from users.accounts import own
from users.models import AuditEvent, ConfirmationCode, SignIn, User

pytestmark = pytest.mark.django_db

TABLES = sorted(admin.site._registry, key=lambda model: model._meta.label)

every_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table._meta.model_name)


@pytest.fixture
def root() -> User:
    return User.objects.create_superuser(ROOT)


@pytest.fixture(autouse=True)
def something_to_see(alice: User, bob: User) -> None:
    """A row in every table: Bob has invited Alice, who asks for a code of six digits."""
    activate(alice, bob.invite_codes.get().code)
    sign_in(ALICE)
    ask(BOB, 6)


@pytest.fixture
def as_root(root: User) -> Client:
    return signed_in(root)


@pytest.fixture(params=["superuser", "staff"])
def browser(request: pytest.FixtureRequest) -> Client:
    """The two who may look: a superuser, and staff who proved six digits."""
    return (
        signed_in(User.objects.create_superuser(ROOT)) if request.param != "staff" else as_staff()
    )


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def rows(table: type[Model]) -> Iterable[Model]:
    return table._default_manager.all()


def found(client: Client, table: type[Model], text: str) -> list[Any]:
    response = client.get(page(table, "changelist"), {"q": text})
    assert response.status_code == 200
    return list(response.context["cl"].result_list)


def test_the_administration_has_these_tables() -> None:
    assert {Activation, AuditEvent, ConfirmationCode, InviteCode, SignIn, User} == {*TABLES}


@every_table
@pytest.mark.parametrize(
    "search", [{}, {"q": "0001"}, {"q": ALICE}, {"q": "x\"'% \\"}, {"q": "\0"}, {"o": "1"}]
)
def test_every_list_opens(browser: Client, table: type[Model], search: dict[str, str]) -> None:
    assert browser.get(page(table, "changelist"), search).status_code == 200


@every_table
def test_every_filter_opens(browser: Client, table: type[Model]) -> None:
    filters = browser.get(page(table, "changelist")).context["cl"].filter_specs
    for filter_spec in filters:
        changelist = browser.get(page(table, "changelist")).context["cl"]
        for choice in filter_spec.choices(changelist):
            link = page(table, "changelist") + choice["query_string"]
            assert browser.get(link).status_code == 200


@every_table
def test_every_row_opens(browser: Client, table: type[Model]) -> None:
    for row in rows(table):
        assert browser.get(page(table, "change", row)).status_code == 200
        assert browser.get(page(table, "history", row)).status_code == 200


@every_table
def test_only_a_superuser_adds_and_only_people(as_root: Client, table: type[Model]) -> None:
    assert as_root.get(page(table, "add")).status_code == (200 if table is User else 403)
    assert as_staff().get(page(table, "add")).status_code == 403


@every_table
def test_nothing_is_deleted(as_root: Client, table: type[Model]) -> None:
    for row in rows(table):
        assert as_root.post(page(table, "delete", row), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in rows(table)]}
    before = table._default_manager.count()
    as_root.post(page(table, "changelist"), {**chosen, "post": "yes"})
    assert table._default_manager.count() == before


@pytest.mark.parametrize("table", [ConfirmationCode, SignIn, InviteCode, Activation, AuditEvent])
def test_what_is_recorded_is_not_written_by_hand(as_root: Client, table: type[Model]) -> None:
    [*before] = table._default_manager.values()
    for row in rows(table):
        assert as_root.post(page(table, "change", row), {}).status_code == 403
    assert [*table._default_manager.values()] == before


@every_table
def test_lists_show_no_whole_phone_number(browser: Client, table: type[Model]) -> None:
    response = browser.get(page(table, "changelist"))
    assert not [number for number in (ALICE, BOB, ROOT, STAFF) if number in response.text]


def test_the_list_of_people_shows_the_end_of_a_number(browser: Client) -> None:
    assert "+7••••••0001" in browser.get(page(User, "changelist")).text


def test_nothing_shows_what_a_code_is_derived_from(as_root: Client) -> None:
    for code in ConfirmationCode.objects.all():
        for name, row in (("changelist", None), ("change", code)):
            text = as_root.get(page(ConfirmationCode, name, row)).text
            assert not [secret for secret in (code.nonce, code.key_id) if secret in text]


NUMBER = ["+79990000001", "8 (999) 000-00-01", "+7 999 000 00 01"]


@pytest.mark.parametrize(
    "text", [*NUMBER, "9990000001", "0001", "00-01", "Alice", "liddell", "alice@Example.org"]
)
def test_a_person_is_found(browser: Client, alice: User, text: str) -> None:
    known = {"first_name": "Alice", "last_name": "Liddell", "email": "Alice@example.org"}
    User.objects.filter(pk=alice.pk).update(**known)
    assert found(browser, User, text) == [alice]


def test_a_person_is_found_by_their_invite_code(browser: Client, bob: User) -> None:
    code = bob.invite_codes.get()
    for text in (code.code, code.code.lower(), f" {code.code[:3]}-{code.code[3:]}"):
        assert found(browser, User, text) == [bob]
        assert found(browser, InviteCode, text) == [code]
        assert found(browser, Activation, text) == list(Activation.objects.all())


@pytest.mark.parametrize("text", NUMBER)
@pytest.mark.parametrize("table", [InviteCode, Activation, ConfirmationCode, SignIn, AuditEvent])
def test_what_belongs_to_a_person_is_found_by_their_number(
    browser: Client, alice: User, table: type[Model], text: str
) -> None:
    assert len(found(browser, table, text)) == (3 if table is AuditEvent else 1)
    assert found(browser, table, "+7 999 000 00 99") == []


def test_what_happened_to_a_number_is_found_as_the_trail_shows_it(browser: Client) -> None:
    events = found(browser, AuditEvent, "+7••••••0002")
    assert [event.event for event in events] == ["code_delivered", "code_requested"]


def test_staff_see_neither_passwords_nor_a_form_to_save(alice: User, root: User) -> None:
    text = as_staff().get(page(User, "change", root)).text
    assert "assword" not in text
    assert 'name="_save"' not in text


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


def saved(**changes: Any) -> dict[str, Any]:
    """What the browser sends from the page of a person."""
    return {"first_name": "", "last_name": "", "email": "", "is_staff": "", **changes}


def test_a_superuser_gives_rights(as_root: Client, alice: User) -> None:
    response = as_root.post(page(User, "change", alice), saved(is_staff="on"))
    assert response.status_code == 302
    alice.refresh_from_db()
    assert alice.is_staff


def test_saving_writes_only_what_the_form_changed(as_root: Client, alice: User) -> None:
    """Otherwise it would undo what happened since the row was read."""
    with CaptureQueriesContext(connection) as captured:
        as_root.post(page(User, "change", alice), saved(last_name="Liddell"))
    [update] = [each["sql"] for each in captured if each["sql"].startswith('UPDATE "users_user"')]
    assert re.findall(r'"(\w+)" = ', update.split("WHERE")[0]) == ["last_name"]


NEW_PASSWORD = {
    "usable_password": "true",
    "password1": "White Rabbit",
    "password2": "White Rabbit",
}


def test_a_closed_account_is_not_edited(as_root: Client, alice: User) -> None:
    own.close(alice, HERE)
    password = reverse("admin:auth_user_password_change", args=[alice.pk])
    assert as_root.get(page(User, "change", alice)).status_code == 200
    assert as_root.post(page(User, "change", alice), saved(first_name="A")).status_code == 403
    assert as_root.post(password, NEW_PASSWORD).status_code == 403
    alice.refresh_from_db()
    assert (alice.first_name, alice.has_usable_password()) == ("", False)


def test_a_superuser_sets_a_password(as_root: Client, alice: User) -> None:
    password = reverse("admin:auth_user_password_change", args=[alice.pk])
    assert as_root.post(password, NEW_PASSWORD).status_code == 302
    alice.refresh_from_db()
    assert alice.check_password("White Rabbit")


def test_a_mistake_in_the_form_leaves_the_page_whole(as_root: Client, alice: User) -> None:
    response = as_root.post(page(User, "change", alice), saved(email="nonsense"))
    assert response.status_code == 200
    assert response.context["person_page"].activation == Activation.objects.get()


def test_the_page_of_a_person_changes_neither_number_nor_block(
    as_root: Client, alice: User
) -> None:
    changed = saved(phone_number="+79990000006", is_active="", first_name="Alice")
    as_root.post(page(User, "change", alice), changed)
    alice.refresh_from_db()
    assert (alice.phone_number, alice.is_active, alice.first_name) == (ALICE, True, "Alice")


def test_staff_change_no_user(alice: User, root: User) -> None:
    """Otherwise they could give themselves rights, or set a superuser's password."""
    client = as_staff()
    password = {"password1": "correct horse", "password2": "correct horse"}
    colleague = User.objects.get(phone_number=STAFF)
    for path, sent in (
        (page(User, "change", colleague), saved(is_superuser="on")),
        (page(User, "change", alice), saved(first_name="A")),
        (reverse("admin:auth_user_password_change", args=[root.pk]), password),
    ):
        assert client.post(path, sent).status_code == 403
    people = User.objects.in_bulk([alice.pk, root.pk, colleague.pk])
    assert people[alice.pk].first_name == ""
    assert not people[root.pk].has_usable_password()
    assert not people[colleague.pk].is_superuser


@every_table
def test_a_user_who_may_not_enter_is_led_to_sign_in(alice: User, table: type[Model]) -> None:
    by_password = signed_in(User.objects.create_user(STAFF, is_staff=True))
    for client in (Client(), signed_in(alice), by_password):
        for path in (page(table, "changelist"), page(table, "export"), INDEX):
            assert client.get(path)["Location"].startswith(LOGIN)


def test_the_password_form_opens(as_root: Client, alice: User) -> None:
    path = reverse("admin:auth_user_password_change", args=[alice.pk])
    assert as_root.get(path).status_code == 200
