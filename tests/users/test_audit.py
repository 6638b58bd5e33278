"""The audit trail: each event once, with user, actor and address, and nothing personal."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import Settings
from rest_framework.test import APIClient
from time_machine import Traveller

from referrals.services import activate
from tests.conftest import ALICE, BOB, HERE, ask, bearer, sign_in, wrong
from users.accounts import moderation, own
from users.client import Client
from users.confirmation import codes
from users.models import AuditEvent, ConfirmationCode, SignIn, User
from users.sign_ins import signing_in, tokens

pytestmark = pytest.mark.django_db

API = "/api/v1/auth/"
ADDRESS = "2001:db8::7"
ROOT = "+79990000007"


@pytest.fixture
def root() -> User:
    return User.objects.create_superuser(ROOT)


def call(client: APIClient, path: str, status: int, method: str = "post", **body: str) -> Any:
    response = getattr(client, method)(API + path, body or None, REMOTE_ADDR=ADDRESS)
    assert response.status_code == status
    return response.json() if response.content else None


def request(status: int = 202) -> None:
    call(APIClient(), "code/", status, phone_number=ALICE)


def confirm(code: str, status: int) -> None:
    call(APIClient(), "token/", status, phone_number=ALICE, confirmation_code=code)


def refresh(pair: tokens.Pair, status: int) -> None:
    call(APIClient(), "token/refresh/", status, refresh=pair.refresh)


def trail(*fields: str) -> list[tuple[Any, ...]]:
    """The chosen fields of the events so far, the oldest first."""
    return list(AuditEvent.objects.order_by("pk").values_list(*fields))


def events() -> list[str]:
    return [event for (event,) in trail("event")]


@pytest.fixture
def since() -> Callable[[], list[str]]:
    """Call it for the events since it was last called."""
    seen = 0

    def news() -> list[str]:
        nonlocal seen
        before, seen = seen, AuditEvent.objects.count()
        return events()[before:]

    return news


def test_a_first_sign_in_leaves_its_trail(clock: Traveller) -> None:
    request()
    clock.shift(1)
    confirm(codes.derive(ConfirmationCode.objects.get()), 200)
    alice, opened = User.objects.get(), SignIn.objects.get()
    rows = trail("event", "user", "actor", "masked_number", "ip_address", "details")
    assert rows[0] == ("code_requested", None, None, "+7••••••0001", ADDRESS, {})
    assert rows[-1] == (
        "signed_in",
        alice.pk,
        None,
        "+7••••••0001",
        ADDRESS,
        {"sign_in": opened.pk, "is_new": True},
    )
    assert [event.at.second for event in AuditEvent.objects.order_by("pk")] == [0, 0, 1]
    assert events() == ["code_requested", "code_delivered", "signed_in"]


def test_wrong_codes_are_distinguished_from_the_last_one(since: Callable[[], list[str]]) -> None:
    guess = wrong(ask(ALICE))
    since()
    for _ in range(4):
        confirm(guess, 400)
    assert since() == ["code_refused", "code_refused", "code_exhausted"]
    assert set(trail("masked_number")) == {("+7••••••0001",)}


def test_a_refused_request_is_not_an_event(since: Callable[[], list[str]]) -> None:
    request()
    since()
    request(429)
    assert since() == []


@pytest.mark.usefixtures("root")
def test_a_blocked_user_with_the_right_code_leaves_a_trail(
    alice: User, bob: User, since: Callable[[], list[str]]
) -> None:
    code = ask(ALICE)
    moderation.block(alice, by=bob)
    since()
    confirm(code, 403)
    assert since() == ["sign_in_refused"]
    assert trail("user", "actor", "ip_address")[-1] == (alice.pk, None, ADDRESS)


def test_a_delivery_that_fails_leaves_a_trail(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings.SMS_INBOX_FILE = tmp_path / "file" / "inbox.jsonl"
    request(503)
    assert events() == ["code_requested", "code_not_delivered"]


def test_an_old_refresh_token_leaves_a_trail_once(
    clock: Traveller, since: Callable[[], list[str]]
) -> None:
    opened = sign_in(ALICE)
    first = tokens.pair(opened)
    refresh(first, 200)
    clock.shift(11)
    since()
    refresh(first, 401)
    refresh(first, 401)
    assert since() == ["token_reused"]
    assert trail("user", "ip_address", "details")[-1] == (
        opened.user_id,
        ADDRESS,
        {"sign_in": opened.pk},
    )


def test_every_way_of_ending_a_sign_in_leaves_a_trail(since: Callable[[], list[str]]) -> None:
    other, opened, _ = (sign_in(ALICE) for _ in range(3))
    since()
    call(bearer(opened), f"sessions/{other.pk}/", 204, "delete")
    call(bearer(opened), "sessions/", 204, "delete")
    call(bearer(opened), "logout/", 204)
    call(bearer(opened), "logout/", 401)
    assert since() == ["signed_out"] * 3
    assert [details for (details,) in trail("details")[-3:]] == [
        {"sign_in": other.pk},
        {"others": 1},
        {"sign_in": opened.pk},
    ]
    assert {address for (address,) in trail("ip_address")[-3:]} == {ADDRESS}


def test_a_block_names_the_actor_and_the_reason(alice: User, root: User) -> None:
    moderation.block(alice, by=root, reason="spam")
    moderation.block(alice, by=root, reason="again")
    moderation.unblock(alice, by=root)
    moderation.unblock(alice, by=root)
    assert trail("event", "user", "actor", "masked_number", "details") == [
        ("blocked", alice.pk, root.pk, "+7••••••0001", {"reason": "spam"}),
        ("unblocked", alice.pk, root.pk, "+7••••••0001", {}),
    ]


@pytest.mark.parametrize(
    ("act", "left"),
    [
        (
            moderation.end_sign_ins,
            [("sign_ins_ended", {"ended": 1}), ("sign_ins_ended", {"ended": 0})],
        ),
        (moderation.revoke_invite_right, [("invite_right_revoked", {})]),
        (moderation.restore_invite_right, []),
    ],
)
def test_an_action_of_staff_is_recorded_if_it_changed_anything(
    alice: User, root: User, act: Callable[..., None], left: list[tuple[str, dict[str, int]]]
) -> None:
    sign_in(ALICE)
    before = AuditEvent.objects.count()
    for _ in range(2):
        act(alice, by=root)
    assert trail("event", "details", "user", "actor")[before:] == [
        (event, details, alice.pk, root.pk) for event, details in left
    ]


def test_a_voided_activation_is_kept_in_the_trail(
    clock: Traveller, alice: User, bob: User, root: User
) -> None:
    code = bob.invite_codes.get().code
    activation, _ = activate(alice, code)
    for _ in range(2):
        moderation.void_activation(activation, by=root)
    details = {
        "invite_code": code,
        "inviter": bob.pk,
        "activated_at": "2026-11-21T09:00:00+00:00",
    }
    assert trail("event", "user", "actor", "details") == [
        ("activation_voided", alice.pk, root.pk, details)
    ]


def test_a_phone_change_keeps_the_old_number_masked(since: Callable[[], list[str]]) -> None:
    opened = sign_in(ALICE)
    code = own.request_phone_change(opened.user, BOB, HERE)
    since()
    own.change_phone(opened, BOB, codes.derive(code), HERE)
    assert since() == ["phone_changed"]
    assert trail("user", "masked_number", "ip_address")[-1] == (
        opened.user_id,
        "+7••••••0001",
        "127.0.0.1",
    )


def test_a_closed_account_is_recorded_once() -> None:
    user = sign_in(ALICE).user
    for _ in range(2):
        own.close(user, HERE)
    assert trail("event", "masked_number", "ip_address")[-2:] == [
        ("signed_in", "", None),
        ("closed", "", None),
    ]


def test_a_closed_account_leaves_neither_number_nor_address_in_the_trail() -> None:
    confirm(wrong(ask(ALICE)), 400)
    own.close(sign_in(BOB).user, HERE)
    own.close(signing_in.find_or_sign_up(ALICE)[0], HERE)
    assert set(trail("masked_number", "ip_address")) == {("", None)}


def test_an_administrator_who_blocks_in_the_admin_leaves_a_trail(alice: User, root: User) -> None:
    browser = Browser()
    browser.force_login(root)
    for action in ("block", "block", "unblock"):
        chosen = {"action": action, "_selected_action": [alice.pk]}
        chosen |= {"confirmed": "True", "reason": "spam"}
        browser.post(reverse("admin:users_user_changelist"), chosen)
    assert trail("event", "user", "actor") == [
        ("blocked", alice.pk, root.pk),
        ("unblocked", alice.pk, root.pk),
    ]


def test_the_trail_contains_no_personal_data(clock: Traveller, alice: User, root: User) -> None:
    User.objects.filter(pk=alice.pk).update(first_name="Alisa", email="alice@example.org")
    code = ask(ALICE, 6)
    confirm(wrong(code), 400)
    confirm(code, 200)
    opened = SignIn.objects.get()
    first = tokens.pair(opened)
    refresh(first, 200)
    clock.shift(11)
    refresh(first, 401)
    moderation.block(alice, by=root)
    rows = json.dumps(list(AuditEvent.objects.values()), default=str, ensure_ascii=False)
    for secret in (ALICE[1:], ROOT[1:], code, wrong(code), *first, "Alisa", "alice@"):
        assert secret not in rows


# The list in the administration

LIST = reverse("admin:users_auditevent_changelist")


@pytest.fixture
def as_root(root: User) -> Browser:
    browser = Browser()
    browser.force_login(root)
    return browser


@pytest.fixture
def happened(alice: User, bob: User, root: User) -> None:
    """Alice was blocked, Bob has asked for a code from ADDRESS."""
    moderation.block(alice, by=root, reason="spam")
    client = Client(ip_address=ADDRESS, user_agent="")
    signing_in.request_code(BOB, client)


@pytest.mark.usefixtures("happened")
@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, ["code_delivered", "code_requested", "blocked"]),
        ({"event__exact": "blocked"}, ["blocked"]),
        ({"event__exact": "signed_in"}, []),
        ({"q": ALICE}, ["blocked"]),
        ({"q": "+7••••••0002"}, ["code_delivered", "code_requested"]),
        ({"q": ADDRESS}, ["code_requested"]),
    ],
)
def test_the_trail_is_read_and_filtered(
    as_root: Browser, query: dict[str, str], shown: list[str]
) -> None:
    response = as_root.get(LIST, query)
    assert response.status_code == 200
    assert [event.event for event in response.context["cl"].result_list] == shown


@pytest.mark.usefixtures("happened")
def test_the_trail_shows_masked_numbers_and_reasons(as_root: Browser) -> None:
    assert "+7••••••0001" in as_root.get(LIST).text
    blocked = AuditEvent.objects.get(event="blocked")
    page = as_root.get(reverse("admin:users_auditevent_change", args=[blocked.pk]))
    assert page.status_code == 200
    assert "spam" in page.text


@pytest.mark.usefixtures("happened")
@pytest.mark.parametrize("page", ["add", "change", "delete"])
def test_the_trail_cannot_be_written_by_hand(as_root: Browser, page: str) -> None:
    before = trail("pk", "event", "details")
    args = [] if page == "add" else [before[0][0]]
    path = reverse(f"admin:users_auditevent_{page}", args=args)
    assert as_root.post(path, {"post": "yes", "event": "signed_in"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [pk for pk, *_ in before]}
    as_root.post(LIST, {**chosen, "post": "yes"})
    assert trail("pk", "event", "details") == before
