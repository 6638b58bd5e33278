"""Blocking, unblocking, an SMS that could not be sent, and who gets an invite code."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from referrals.services import activate
from tests.conftest import ALICE, BOB, HERE, ask, bearer, sign_in, wrong
from users.accounts import moderation
from users.exceptions import CannotBlock, InvalidConfirmationCode
from users.models import ConfirmationCode, SignIn, User
from users.sign_ins import signing_in
from users.sms.inbox import Message

pytestmark = pytest.mark.django_db

ME, ACTIVATE = "/api/v1/users/me/", "/api/v1/referrals/activate/"
CODE, TOKEN = "/api/v1/auth/code/", "/api/v1/auth/token/"


@pytest.fixture
def root() -> User:
    """Who blocks people."""
    return User.objects.create_superuser("+79990000007")


@pytest.fixture
def broken_gateway(settings: Settings, tmp_path: Path) -> None:
    """The inbox cannot be written: its folder is a file."""
    (tmp_path / "file").touch()
    settings.SMS_INBOX_FILE = tmp_path / "file" / "inbox.jsonl"


def test_blocking_ends_every_sign_in(alice: User, root: User) -> None:
    first, second = bearer(sign_in(ALICE)), bearer(sign_in(ALICE))
    moderation.block(alice, by=root)
    assert [client.get(ME).status_code for client in (first, second)] == [401, 401]
    assert not SignIn.objects.live().exists()


def test_asking_for_a_code_does_not_reveal_a_block(
    api: APIClient, alice: User, root: User, phones: Callable[[], list[Message]]
) -> None:
    moderation.block(alice, by=root)
    response = api.post(CODE, {"phone_number": ALICE})
    assert (response.status_code, response.json()) == (
        202,
        {"phone_number": ALICE, "code_length": 4, "expires_in": 300, "resend_in": 60},
    )
    assert phones() == []


def test_a_blocked_person_learns_it_only_with_the_right_code(
    api: APIClient, alice: User, root: User
) -> None:
    """Which is one that they asked for before the block; it is then used up."""
    code = ask(ALICE)
    moderation.block(alice, by=root)
    guesses = [wrong(code), code, code]
    answers = [
        api.post(TOKEN, {"phone_number": ALICE, "confirmation_code": guess}) for guess in guesses
    ]
    assert [(answer.status_code, answer.json()) for answer in answers] == [
        (
            400,
            {
                "detail": "The confirmation code is wrong.",
                "code": "invalid_confirmation_code",
                "attempts_left": 2,
            },
        ),
        (
            403,
            {
                "detail": "This account is blocked. Contact the administrator.",
                "code": "account_blocked",
            },
        ),
        (
            400,
            {
                "detail": "The confirmation code is no longer valid. Ask for a new one.",
                "code": "confirmation_code_expired",
            },
        ),
    ]
    assert not SignIn.objects.exists()


def test_a_code_from_before_the_unblocking_opens_nothing(
    api: APIClient, alice: User, root: User
) -> None:
    confirmed = {"phone_number": ALICE, "confirmation_code": ask(ALICE)}
    moderation.block(alice, by=root)
    moderation.unblock(alice, by=root)
    response = api.post(TOKEN, confirmed)
    assert (response.status_code, response.json()["code"]) == (400, "confirmation_code_expired")


def test_the_invite_code_of_a_blocked_person_is_refused(
    alice: User, root: User, as_bob: APIClient
) -> None:
    code = alice.invite_codes.get().code
    moderation.block(alice, by=root)
    response = as_bob.post(ACTIVATE, {"invite_code": code})
    assert (response.status_code, response.json()["code"]) == (404, "invite_code_not_found")


def test_invitees_and_inviters_keep_what_they_have(
    alice: User, bob: User, charlie: User, root: User
) -> None:
    activate(bob, alice.invite_codes.get().code)
    activate(charlie, bob.invite_codes.get().code)
    before = alice.referrals, charlie.referrals
    moderation.block(bob, by=root)
    people = User.objects.in_bulk([alice.pk, charlie.pk])
    assert (people[alice.pk].referrals, people[charlie.pk].referrals) == before


def test_a_block_is_repeated_in_peace(alice: User, root: User) -> None:
    opened = sign_in(ALICE)
    moderation.block(alice, by=root)
    opened.refresh_from_db()
    ended_at = opened.ended_at
    moderation.block(alice, by=root)
    opened.refresh_from_db()
    assert opened.ended_at == ended_at
    assert not User.objects.get(pk=alice.pk).is_active


def test_nobody_blocks_themselves_or_a_superuser(alice: User, root: User) -> None:
    other_root = User.objects.create_superuser("+79990000008")
    for target, by in ((root, root), (alice, alice), (other_root, root), (root, alice)):
        with pytest.raises(CannotBlock):
            moderation.block(target, by=by)
    assert not User.objects.filter(is_active=False).exists()


def test_unblocking_gives_everything_back_but_the_sign_ins(
    alice: User, root: User, as_bob: APIClient
) -> None:
    old, code = bearer(sign_in(ALICE)), alice.invite_codes.get().code
    moderation.block(alice, by=root)
    moderation.unblock(alice, by=root)
    assert old.get(ME).status_code == 401
    profile = bearer(sign_in(ALICE)).get(ME).json()
    assert (profile["id"], profile["invite_code"]) == (alice.pk, code)
    assert as_bob.post(ACTIVATE, {"invite_code": code}).status_code == 201


def test_unblocking_somebody_who_is_not_blocked_ends_nothing(alice: User, root: User) -> None:
    client = bearer(sign_in(ALICE))
    moderation.unblock(alice, by=root)
    assert client.get(ME).status_code == 200


def test_a_closed_account_is_never_unblocked(alice: User, root: User) -> None:
    User.objects.filter(pk=alice.pk).update(
        phone_number=None, is_active=False, closed_at=timezone.now()
    )
    moderation.unblock(User.objects.get(pk=alice.pk), by=root)
    assert not User.objects.get(pk=alice.pk).is_active


def test_people_of_a_country_no_longer_served_are_looked_after(
    settings: Settings, alice: User, root: User
) -> None:
    """What is stored was valid once, whatever the settings or the metadata say today."""
    client = bearer(sign_in(ALICE))
    settings.PHONE_REGIONS = ["KZ"]
    assert client.get(ME).status_code == 200
    moderation.block(alice, by=root)
    moderation.unblock(alice, by=root)
    alice.save()
    assert User.objects.get(phone_number=ALICE) == alice


def test_people_of_a_country_no_longer_served_still_sign_in(
    api: APIClient, settings: Settings, alice: User
) -> None:
    settings.PHONE_REGIONS = ["KZ"]
    assert api.post(CODE, {"phone_number": "8 (999) 000-00-01"}).status_code == 202
    refused = api.post(CODE, {"phone_number": BOB})
    assert (refused.status_code, refused.json()) == (
        400,
        {"phone_number": ["We do not send SMS to this country yet."]},
    )


def test_a_wrong_code_leaves_the_person_and_the_code_alone(alice: User) -> None:
    code = ask(ALICE)
    with pytest.raises(InvalidConfirmationCode):
        signing_in.sign_in(ALICE, wrong(code), HERE)
    opened, is_new = signing_in.sign_in(ALICE, code, HERE)
    assert (opened.user, is_new) == (alice, False)


def test_a_sign_in_remembers_from_where_it_came(api: APIClient) -> None:
    confirmed = {"phone_number": ALICE, "confirmation_code": ask(ALICE, 6)}
    agent = "a" * 300 + "\x00"
    api.post(TOKEN, confirmed, REMOTE_ADDR="2001:db8::1", HTTP_USER_AGENT=agent)
    opened = SignIn.objects.get()
    assert (opened.ip_address, opened.user_agent) == ("2001:db8::1", "a" * 256)
    assert opened.proof_length == 6


def test_signing_in_is_the_last_login(alice: User) -> None:
    assert alice.last_login is None
    opened = sign_in(ALICE)
    last_login = User.objects.get().last_login
    assert last_login is not None
    assert abs(last_login - opened.created_at).total_seconds() < 5


@pytest.mark.usefixtures("broken_gateway")
def test_an_sms_that_cannot_be_sent_is_503(api: APIClient) -> None:
    response = api.post(CODE, {"phone_number": ALICE})
    assert (response.status_code, response.json()) == (
        503,
        {
            "detail": "The SMS could not be sent. Try again in a minute.",
            "code": "delivery_unavailable",
        },
    )
    assert not ConfirmationCode.objects.filter(live=True).exists()


def test_after_a_failed_delivery_one_may_ask_again_at_once(
    api: APIClient, settings: Settings, broken_gateway: None, tmp_path: Path
) -> None:
    assert api.post(CODE, {"phone_number": ALICE}).status_code == 503
    settings.SMS_INBOX_FILE = tmp_path / "inbox.jsonl"
    assert signing_in.sign_in(ALICE, ask(ALICE), HERE)[1]


def test_everybody_made_in_code_gets_an_invite_code(alice: User, root: User) -> None:
    assert [person.invite_codes.count() for person in (alice, root)] == [1, 1]
    assert not alice.has_usable_password()


def test_createsuperuser_gives_an_invite_code() -> None:
    out = StringIO()
    call_command("createsuperuser", phone_number=ALICE, interactive=False, stdout=out)
    person = User.objects.get(phone_number=ALICE)
    assert (person.is_superuser, person.is_staff) == (True, True)
    assert person.invite_codes.filter(retired_at=None).count() == 1


def test_createsuperuser_reads_any_spelling_and_refuses_a_number_in_use(alice: User) -> None:
    with pytest.raises(CommandError, match="already taken"):
        call_command("createsuperuser", phone_number="8 (999) 000-00-01", interactive=False)
