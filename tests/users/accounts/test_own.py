"""One's own account: edited, closed, taken along as data."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.db import IntegrityError
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from rest_framework.test import APIClient
from time_machine import Traveller

from referrals import invite_codes
from referrals.models import Activation, InviteCode
from referrals.services import activate
from tests.conftest import ALICE, BOB, HERE, ask, bearer, sign_in, wrong
from users.accounts import moderation, own
from users.client import Client
from users.exceptions import InvalidConfirmationCode, TokenNotValid
from users.models import AuditEvent, ConfirmationCode, SignIn, User
from users.sign_ins import signing_in, tokens
from users.sms import inbox

pytestmark = pytest.mark.django_db

API = "/api/v1/"
ME, DATA = f"{API}users/me/", f"{API}users/me/data/"
ELSEWHERE = Client(ip_address="203.0.113.77", user_agent="SecretBrowser/1.0")
NAMES = {"first_name": "Alisa", "last_name": "Selezneva", "email": "alisa@example.org"}

every_method = pytest.mark.parametrize("method", ["patch", "put"])
every_format = pytest.mark.parametrize("kind", ["json", "multipart"])


def row_of(user: User) -> dict[str, Any]:
    return dict(User.objects.filter(pk=user.pk).values().get())


# Editing


@every_method
@every_format
def test_names_and_email_are_edited(
    clock: Traveller, as_alice: APIClient, method: str, kind: str
) -> None:
    before = as_alice.get(ME).json()
    response = getattr(as_alice, method)(ME, NAMES, format=kind)
    assert (response.status_code, response.json()) == (200, before | NAMES)
    assert as_alice.get(ME).json() == before | NAMES


@every_method
@every_format
@pytest.mark.parametrize("field", NAMES)
def test_what_is_not_sent_stays(as_alice: APIClient, method: str, kind: str, field: str) -> None:
    before = as_alice.patch(ME, NAMES).json()
    edited = getattr(as_alice, method)(ME, {field: ""}, format=kind)
    assert (edited.status_code, edited.json()) == (200, before | {field: ""})
    nothing = getattr(as_alice, method)(ME, {}, format=kind)
    assert (nothing.status_code, nothing.json()) == (200, edited.json())


@every_method
@every_format
def test_what_is_not_theirs_to_change_stays_too(
    as_alice: APIClient, alice: User, method: str, kind: str
) -> None:
    before, row = as_alice.get(ME).json(), row_of(alice)
    grasping = {
        **{name: "x" for name in before if name not in (*NAMES, "avatar")},
        "is_staff": "true",
        "is_superuser": "true",
        "is_active": "false",
        "password": "x",
        "closed_at": "2026-01-01",
        "last_login": "",
        "inviter": "1",
        "nothing": "x",
        "": "x",
    }
    response = getattr(as_alice, method)(ME, grasping, format=kind)
    assert (response.status_code, response.json()) == (200, before)
    assert row_of(alice) == row


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"first_name": "  Anna \n"}, {"first_name": "Anna"}),
        ({"first_name": "Анна-Мария О’Нил 🦊"}, {"first_name": "Анна-Мария О’Нил 🦊"}),
        ({"first_name": "<b>&'\"%s{}"}, {"first_name": "<b>&'\"%s{}"}),
        ({"last_name": "x" * 150}, {"last_name": "x" * 150}),
        ({"email": "A.B+c@Example.org"}, {"email": "A.B+c@Example.org"}),
        ({"email": ""}, {"email": ""}),
    ],
)
@every_format
def test_what_is_a_name_or_an_address_is_kept(
    as_alice: APIClient, sent: dict[str, str], kept: dict[str, str], kind: str
) -> None:
    response = as_alice.patch(ME, sent, format=kind)
    assert response.status_code == 200
    assert response.json().items() >= kept.items()


NO_STRINGS: list[Any] = [1, 1.5, True, [], ["x"], {}]
NO_STRING = ["Not a valid string."]
NO_NULL = ["This field may not be null."]
NO_EMAILS = ["x", "a@", "@b", "a b@c.ru", "a@b", "a@b.ru, c@d.ru"]
NO_EMAIL = ["Enter a valid email address."]


@every_method
@pytest.mark.parametrize(
    ("field", "value", "messages"),
    [
        ("first_name", "x" * 151, ["Ensure this field has no more than 150 characters."]),
        ("last_name", "x" * 151, ["Ensure this field has no more than 150 characters."]),
        ("email", "x" * 250 + "@a.ru", ["Ensure this field has no more than 254 characters."]),
        *((field, value, NO_STRING) for field in NAMES for value in NO_STRINGS),
        *((field, None, NO_NULL) for field in NAMES),
        *((field, "a\x00b@c.ru", ["Null characters are not allowed."]) for field in NAMES),
        *(("email", value, NO_EMAIL) for value in NO_EMAILS),
    ],
)
def test_anything_else_is_a_field_error(
    as_alice: APIClient, method: str, field: str, value: Any, messages: list[str]
) -> None:
    before = as_alice.patch(ME, NAMES).json()
    response = getattr(as_alice, method)(ME, {**NAMES, field: value})
    assert response.status_code == 400
    assert response.json().keys() == {field}
    assert set(messages) <= set(response.json()[field])
    assert as_alice.get(ME).json() == before


@pytest.mark.parametrize("field", NAMES)
@pytest.mark.parametrize("surrogate", [r"\ud800", r"\udfff", r"a\udc80b"])
def test_a_lone_surrogate_is_a_field_error(as_alice: APIClient, field: str, surrogate: str) -> None:
    body = f'{{"{field}": "{surrogate}"}}'
    response = as_alice.generic("PATCH", ME, body, "application/json")
    assert response.status_code == 400
    assert response.json().keys() == {field}


def test_one_wrong_field_keeps_the_others_from_changing(as_alice: APIClient) -> None:
    response = as_alice.patch(ME, {**NAMES, "email": "x", "last_name": 1})
    assert response.json() == {"email": NO_EMAIL, "last_name": NO_STRING}
    assert as_alice.get(ME).json()["first_name"] == ""


@every_method
@pytest.mark.parametrize("filler", [" ", '{"first_name": "'])
def test_seven_megabytes_are_too_large(as_alice: APIClient, method: str, filler: str) -> None:
    body = filler.ljust(7 * 1024 * 1024 + 1, "x")
    response = as_alice.generic(method.upper(), ME, body, "application/json")
    assert (response.status_code, response.json()) == (
        413,
        {"detail": "The request body is too large.", "code": "payload_too_large"},
    )


def test_each_edits_their_own_profile(as_alice: APIClient, as_bob: APIClient) -> None:
    as_alice.patch(ME, {"first_name": "Alisa"})
    assert as_bob.patch(ME, {"first_name": "Bob"}).json()["first_name"] == "Bob"
    assert as_alice.get(ME).json()["first_name"] == "Alisa"


def test_null_empties_a_text_and_stays_null_where_the_column_takes_it(alice: User) -> None:
    """`closed_at` stands for any such field, like a date."""
    own.edit(alice, first_name=None, closed_at=None)
    alice.refresh_from_db()
    assert (alice.first_name, alice.closed_at) == ("", None)


def test_nothing_is_written_once_the_account_is_closed(as_alice: APIClient, alice: User) -> None:
    """An edit that was under way while another request closed the account."""
    stale = User.objects.get(pk=alice.pk)
    own.close(alice, HERE)
    with pytest.raises(TokenNotValid):
        own.edit(stale, **NAMES)
    alice.refresh_from_db()
    assert alice.first_name == ""


# Closing


@pytest.fixture
def whole_life(
    settings: Settings, tmp_path: Any, clock: Traveller, bob: User
) -> tuple[APIClient, User]:
    """Alice with all that an account can hold, signed in just now from elsewhere."""
    settings.MEDIA_ROOT = tmp_path
    alice = User.objects.create_user(ALICE, "password", is_staff=True, is_superuser=True, **NAMES)
    alice.avatar.save("me.webp", ContentFile(b"pixels"))
    alice.groups.add(Group.objects.create(name="support"))
    alice.user_permissions.add(Permission.objects.all()[0])
    activate(alice, bob.invite_codes.get().code)
    signing_in.request_code(ALICE, ELSEWHERE)
    with pytest.raises(InvalidConfirmationCode):
        signing_in.sign_in(ALICE, wrong(code_of(ALICE)), ELSEWHERE)
    signing_in.sign_in(ALICE, code_of(ALICE), ELSEWHERE)
    opened, _ = signing_in.sign_in(ALICE, ask(ALICE), ELSEWHERE)
    own.request_phone_change(alice, "+79990000055", ELSEWHERE)
    return bearer(opened), alice


def refreshed(opened: SignIn) -> APIClient:
    """Signed in as before, with an access token of now."""
    body = {"refresh": tokens.pair(opened).refresh}
    assert APIClient().post(f"{API}auth/token/refresh/", body).status_code == 200
    opened.refresh_from_db()
    return bearer(opened)


def code_of(phone_number: str) -> str:
    return str(inbox.messages(phone_number)[0].confirmation_code)


def test_closing_erases_everything_personal(
    whole_life: tuple[APIClient, User],
    tmp_path: Any,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    client, alice = whole_life
    [avatar] = list(tmp_path.rglob("*.webp"))
    with django_capture_on_commit_callbacks(execute=True):
        response = client.delete(ME)
    assert (response.status_code, response.content) == (204, b"")
    assert not avatar.exists()
    rows = [
        *User.objects.filter(pk=alice.pk).values(),
        *SignIn.objects.values(),
        *AuditEvent.objects.values(),
    ]
    dump = json.dumps(rows, default=str, ensure_ascii=False)
    personal = [ALICE[1:], "0001", "000055", "Alisa", "Selezneva", "alisa@", "203.0.113", "Secret"]
    assert [trace for trace in [*personal, "webp", "pbkdf2"] if trace in dump] == []


def test_what_is_left_of_somebody_is_a_row_without_a_name(
    whole_life: tuple[APIClient, User], clock: Traveller
) -> None:
    client, alice = whole_life
    before = row_of(alice)
    assert client.delete(ME).status_code == 204
    left = row_of(alice)
    assert left.pop("password").startswith("!")
    del before["password"]
    gone: dict[str, Any] = dict.fromkeys(["first_name", "last_name", "email", "avatar"], "")
    flags = dict.fromkeys(["is_active", "is_staff", "is_superuser"], False)
    assert left == before | gone | flags | {"phone_number": None, "closed_at": timezone.now()}
    alice = User.objects.get(pk=alice.pk)
    assert (alice.groups.count(), alice.user_permissions.count()) == (0, 0)


def test_closing_ends_every_sign_in_and_retires_every_code(
    whole_life: tuple[APIClient, User],
) -> None:
    client, _ = whole_life
    other = bearer(SignIn.objects.order_by("pk")[0])
    pair = tokens.pair(SignIn.objects.order_by("pk")[0])
    assert other.get(ME).status_code == 200
    client.delete(ME)
    for dead in (client, other):
        response = dead.get(ME)
        assert (response.status_code, response.json()["code"]) == (401, "token_not_valid")
    refreshed = APIClient().post(f"{API}auth/token/refresh/", {"refresh": pair.refresh})
    assert (refreshed.status_code, refreshed.json()["code"]) == (401, "token_not_valid")
    assert not ConfirmationCode.objects.filter(live=True).exists()
    assert not SignIn.objects.filter(ended_at=None).exists()


def test_a_code_on_its_way_does_not_open_a_closed_account(alice: User) -> None:
    code = ask(ALICE)
    own.close(alice, HERE)
    confirmed = {"phone_number": ALICE, "confirmation_code": code}
    response = APIClient().post(f"{API}auth/token/", confirmed)
    assert (response.status_code, response.json()["code"]) == (400, "confirmation_code_expired")


def test_the_number_signs_up_anew_as_somebody_new(alice: User) -> None:
    old = alice.invite_codes.get().code
    assert bearer(sign_in(ALICE)).delete(ME).status_code == 204
    confirmed = {"phone_number": ALICE, "confirmation_code": ask(ALICE)}
    again = APIClient().post(f"{API}auth/token/", confirmed).json()
    profile = bearer(SignIn.objects.latest("pk")).get(ME).json()
    assert again["is_new_user"] is True
    assert profile["id"] != alice.pk
    assert profile["invite_code"] != old
    assert (profile["first_name"], profile["activated_invite_code"]) == ("", None)
    assert profile["invited_users"] == []


def test_the_budgets_of_the_number_outlive_the_account(alice: User) -> None:
    for _ in range(4):
        sign_in(ALICE)
    bearer(sign_in(ALICE)).delete(ME)
    response = APIClient().post(f"{API}auth/code/", {"phone_number": ALICE})
    assert (response.status_code, response.json()["code"]) == (429, "too_many_codes")


def test_a_closed_accounts_invite_code_is_retired_for_ever(
    alice: User, as_bob: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = alice.invite_codes.get().code
    own.close(alice, HERE)
    refused = as_bob.post(f"{API}referrals/activate/", {"invite_code": code})
    assert (refused.status_code, refused.json()["code"]) == (404, "invite_code_not_found")
    drawn = iter([code, code, "A2B3C4"])
    monkeypatch.setattr(invite_codes, "draw", lambda length: next(drawn))
    assert User.objects.create_user(ALICE).invite_codes.get().code == "A2B3C4"
    with pytest.raises(IntegrityError):
        InviteCode.objects.create(owner=User.objects.get(phone_number=BOB), code=code)


@pytest.mark.parametrize(
    ("age", "stays"),
    [
        (timedelta(0), False),
        (timedelta(days=30) - timedelta(microseconds=1), False),
        (timedelta(days=30), True),
        (timedelta(days=400), True),
    ],
)
def test_a_settled_activation_outlives_its_invitee(
    clock: Traveller, alice: User, bob: User, as_bob: APIClient, age: timedelta, stays: bool
) -> None:
    activation, _ = activate(alice, bob.invite_codes.get().code)
    Activation.objects.update(activated_at=timezone.now() - age)
    own.close(alice, HERE)
    assert Activation.objects.filter(pk=activation.pk).exists() is stays
    profile = as_bob.get(ME).json()
    assert (profile["invited_users"], profile["invited_users_count"]) == ([], int(stays))
    listed = as_bob.get(f"{API}referrals/invited/").json()["results"]
    assert [invited["phone_number"] for invited in listed] == [None] * stays


def test_a_closed_inviter_leaves_the_invitees_their_code(
    alice: User, bob: User, as_alice: APIClient
) -> None:
    code = bob.invite_codes.get().code
    activate(alice, code)
    own.close(bob, HERE)
    assert as_alice.get(ME).json()["activated_invite_code"] == code
    again = as_alice.post(f"{API}referrals/activate/", {"invite_code": code})
    assert (again.status_code, again.json()["invite_code"]) == (200, code)


@pytest.mark.parametrize(("seconds", "status"), [(0, 204), (600, 204), (600.001, 403)])
def test_closing_asks_for_a_recent_sign_in(
    clock: Traveller, alice: User, seconds: float, status: int
) -> None:
    opened = sign_in(ALICE)
    clock.shift(seconds)
    response = refreshed(opened).delete(ME)
    assert response.status_code == status
    alice.refresh_from_db()
    assert (alice.closed_at is None) is (status == 403)
    if status == 403:
        assert response.json() == {
            "detail": "Sign in again to do this: your sign-in is older than 10 minutes.",
            "code": "recent_sign_in_required",
        }


def test_closing_touches_nobody_else(alice: User, bob: User, as_bob: APIClient) -> None:
    activate(bob, alice.invite_codes.get().code)
    bobs = row_of(bob)
    own.close(alice, HERE)
    assert row_of(bob) == bobs
    assert as_bob.get(ME).status_code == 200


def test_an_account_closed_a_moment_ago_is_sent_no_code(alice: User) -> None:
    stale = User.objects.get(pk=alice.pk)
    own.close(alice, HERE)
    with pytest.raises(TokenNotValid):
        own.request_phone_change(stale, "+79990000055", HERE)
    assert not ConfirmationCode.objects.exists()


def test_closing_twice_is_closing_once(alice: User) -> None:
    stale = User.objects.get(pk=alice.pk)
    own.close(alice, HERE)
    first = row_of(alice)
    anew = sign_in(ALICE)
    own.close(stale, HERE)
    assert row_of(alice) == first
    assert bearer(anew).get(ME).status_code == 200
    assert AuditEvent.objects.filter(event="closed").count() == 1


# Everything stored


KEYS = {
    "profile": set(
        "id subject phone_number first_name last_name email avatar date_joined is_staff last_login "
        "invite_code invite_link activated_invite_code invited_users invited_users_count".split()
    ),
    "sign_ins": set(
        "id proof_length ip_address user_agent created_at last_used_at ended_at".split()
    ),
    "confirmation_codes": set(
        "phone_number purpose length attempts language delivery gateway created_at expires_at "
        "used_at".split()
    ),
    "invite_codes": {"invite_code", "issued_at", "retired_at", "revoked_at"},
    "activation": {"invite_code", "activated_at"},
    "events": {"event", "masked_number", "ip_address", "at", "details"},
}


def test_everything_stored_is_theirs_to_see(whole_life: tuple[APIClient, User], bob: User) -> None:
    client, alice = whole_life
    response = client.get(DATA)
    data = response.json()
    assert response.status_code == 200
    assert data.keys() == KEYS.keys()
    for name, keys in KEYS.items():
        for row in data[name] if isinstance(data[name], list) else [data[name]]:
            assert row.keys() == keys
    assert data["profile"].items() >= NAMES.items()
    assert data["activation"]["invite_code"] == bob.invite_codes.get().code
    assert [row["ip_address"] for row in data["sign_ins"]] == ["203.0.113.77"] * 2
    assert [row["phone_number"] for row in data["confirmation_codes"]] == [
        "+79990000055",
        ALICE,
        ALICE,
    ]
    assert [row["invite_code"] for row in data["invite_codes"]] == [alice.invite_codes.get().code]
    assert "signed_in" in [row["event"] for row in data["events"]]


def test_it_holds_no_secret(whole_life: tuple[APIClient, User]) -> None:
    client, alice = whole_life
    text = client.get(DATA).content.decode()
    secrets = [
        code_of("+79990000055"),
        *ConfirmationCode.objects.values_list("nonce", flat=True),
        *(token for opened in SignIn.objects.all() for token in tokens.pair(opened)),
        alice.password,
    ]
    assert [secret for secret in secrets if secret in text] == []
    assert not any(word in text for word in ("nonce", "key_id", "token", "password", "generation"))


def test_it_is_nobody_elses(as_alice: APIClient, as_bob: APIClient, alice: User) -> None:
    moderation.end_sign_ins(alice, by=alice)
    text = as_bob.get(DATA).content.decode()
    assert ALICE not in text
    assert "sign_ins_ended" not in text


@pytest.mark.parametrize(
    ("method", "path"), [("patch", ME), ("put", ME), ("delete", ME), ("get", DATA)]
)
def test_nobody_is_asked_to_sign_in(api: APIClient, method: str, path: str) -> None:
    response = getattr(api, method)(path)
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")
