"""Whatever is written about a user waits for the user's row: real threads, on both databases.

Each race runs many rounds. None may end in a deadlock or a 500, and what is left must be what
one act after the other leaves.
"""

import itertools
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import pytest
from django.test import Client as Browser

from referrals.models import Activation
from referrals.services import activate, live_invite_code, reset_invite_code
from tests.administration import enter, page
from tests.conftest import HERE, ask
from tests.test_races import at_once
from users.accounts import moderation, own
from users.confirmation import codes
from users.models import AuditEvent, ConfirmationCode, SignIn, User
from users.sign_ins import sign_ins, signing_in

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 30
NUMBERS = itertools.count(79_980_000_000)


class Race(NamedTuple):
    """The calls that race, and what they must not leave."""

    calls: list[Callable[[], Any]]
    is_broken: Callable[[], bool]


def new_user() -> User:
    return User.objects.create_user(f"+{next(NUMBERS)}")


def signed_in(user: User) -> SignIn:
    return sign_ins.open_sign_in(user, 6, HERE)


def run(make: Callable[[User], Race], number: int = ROUNDS) -> None:
    """Counts the rounds that failed or left what they must not."""
    staff = User.objects.create_superuser(f"+{next(NUMBERS)}")
    errors: list[Exception] = []
    broken = 0
    for _ in range(number):
        race = make(staff)
        results = at_once(*race.calls)
        errors += [result for result in results if is_failure(result)]
        broken += race.is_broken()
    kinds = {type(error).__name__: str(error).splitlines()[0] for error in errors}
    assert (broken, len(errors)) == (0, 0), kinds


def is_failure(result: Any) -> bool:
    """A refusal is an answer; any other exception is a 500."""
    return isinstance(result, Exception) and getattr(result, "status_code", 500) >= 500


def is_kept(invitee: User) -> Callable[[], bool]:
    return lambda: Activation.objects.filter(invitee=invitee).exists()


def moving(user: User) -> tuple[str, str]:
    """A number that the user has just been sent the code of a change to, and the code."""
    number = f"+{next(NUMBERS)}"
    return number, codes.derive(own.request_phone_change(user, number, HERE))


def closing(user: User) -> Callable[[], Any]:
    return partial(own.close, User.objects.get(pk=user.pk), HERE)


# Activations


def test_closing_takes_an_activation_beside_it_along() -> None:
    def race(staff: User) -> Race:
        alice, code = new_user(), live_invite_code(new_user()).code
        return Race([partial(activate, alice, code), closing(alice)], is_kept(alice))

    run(race)


def test_voiding_an_activation_waits_for_the_closing_of_its_invitee() -> None:
    def race(staff: User) -> Race:
        alice = new_user()
        activation, _ = activate(alice, live_invite_code(new_user()).code)
        void = partial(moderation.void_activation, activation, by=staff)
        return Race([closing(alice), void], is_kept(alice))

    run(race)


def test_a_blocked_user_activates_nothing() -> None:
    def race(staff: User) -> Race:
        alice, code = new_user(), live_invite_code(new_user()).code
        block = partial(moderation.block, alice, by=staff)

        def is_late() -> bool:
            blocked = AuditEvent.objects.get(event="blocked", user=alice)
            return Activation.objects.filter(invitee=alice, activated_at__gt=blocked.at).exists()

        return Race([partial(activate, alice, code), block], is_late)

    run(race)


@pytest.mark.parametrize("leave", [own.close, own.change_phone])
def test_a_popular_inviter_leaves_within_a_second(leave: Callable[..., Any]) -> None:
    """Six clients activate the inviter's code without a pause meanwhile."""
    inviter = new_user()
    code, opened, move = live_invite_code(inviter).code, signed_in(inviter), moving(inviter)
    invitees = [[new_user() for _ in range(40)] for _ in range(6)]
    activating = threading.Event()
    took: list[float] = []

    def come(group: list[User]) -> None:
        for invitee in group:
            activate(invitee, code)
            activating.set()

    def go() -> None:
        activating.wait()
        began = time.monotonic()
        own.close(inviter, HERE) if leave is own.close else own.change_phone(opened, *move, HERE)
        took.append(time.monotonic() - began)

    results = at_once(go, *[partial(come, group) for group in invitees])
    assert [result for result in results if is_failure(result)] == []
    assert took[0] < 1


# Invite codes


def test_a_reset_waits_for_a_closing() -> None:
    def race(staff: User) -> Race:
        alice = new_user()
        reset = partial(reset_invite_code, alice)
        return Race([closing(alice), reset], alice.invite_codes.filter(retired_at=None).exists)

    run(race)


def test_the_code_of_a_reset_beside_a_revocation_is_refused() -> None:
    def race(staff: User) -> Race:
        alice = new_user()
        revoke = partial(moderation.revoke_invite_right, alice, by=staff)
        is_open = alice.invite_codes.filter(retired_at=None, revoked_at=None).exists
        return Race([partial(reset_invite_code, alice), revoke], is_open)

    run(race)


# Phone numbers


def test_a_sign_in_by_the_old_number_does_not_survive_a_change() -> None:
    def race(staff: User) -> Race:
        alice = new_user()
        old = str(alice.phone_number)
        opened, move, digits = signed_in(alice), moving(alice), ask(old)
        change = partial(own.change_phone, opened, *move, HERE)
        others = SignIn.objects.live().filter(user=alice).exclude(pk=opened.pk)
        return Race([partial(signing_in.sign_in, old, digits, HERE), change], others.exists)

    run(race)


def test_a_refused_sign_in_waits_for_a_closing() -> None:
    """The account was blocked while its user was closing it."""

    def race(staff: User) -> Race:
        alice = new_user()
        number = str(alice.phone_number)
        digits = ask(number)
        moderation.block(alice, by=staff)
        sign_in = partial(signing_in.sign_in, number, digits, HERE)
        return Race([sign_in, closing(alice)], SignIn.objects.live().filter(user=alice).exists)

    run(race)


def test_a_blocked_account_moves_nowhere() -> None:
    def race(staff: User) -> Race:
        alice = new_user()
        change = partial(own.change_phone, signed_in(alice), *moving(alice), HERE)
        block = partial(moderation.block, alice, by=staff)

        def has_moved() -> bool:
            trail = AuditEvent.objects.filter(user=alice, event__in=["blocked", "phone_changed"])
            return [*trail.order_by("id").values_list("event", flat=True)][1:] == ["phone_changed"]

        return Race([change, block], has_moved)

    run(race)


def test_a_closed_account_keeps_no_code_of_a_phone_change() -> None:
    def race(staff: User) -> Race:
        alice = new_user()
        moving(alice)
        alice.confirmation_codes.update(created_at="2020-01-01T00:00Z")
        request = partial(own.request_phone_change, alice, f"+{next(NUMBERS)}", HERE)
        return Race([request, closing(alice)], ConfirmationCode.objects.live_of(alice).exists)

    run(race)


def test_two_users_cannot_swap_their_numbers_at_once() -> None:
    def race(staff: User) -> Race:
        pair = new_user(), new_user()
        numbers = [str(user.phone_number) for user in pair]
        calls: list[Callable[[], Any]] = []
        for user, number in zip(pair, reversed(numbers), strict=True):
            digits = codes.derive(own.request_phone_change(user, number, HERE))
            calls.append(partial(own.change_phone, signed_in(user), number, digits, HERE))
        unmoved = User.objects.filter(phone_number__in=numbers)
        return Race(calls, lambda: unmoved.count() != len(pair))

    run(race)


# Staff


def test_staff_who_close_their_account_wait_for_what_they_do() -> None:
    """Both lose an activation by one inviter: the second total waits for the first."""

    def race(staff: User) -> Race:
        alice, bob, code = new_user(), new_user(), live_invite_code(new_user()).code
        activation, _ = activate(alice, code)
        activate(bob, code)
        void = partial(moderation.void_activation, activation, by=bob)
        return Race([void, closing(bob)], is_kept(bob))

    run(race)


@pytest.fixture
def root() -> Browser:
    return enter(str(User.objects.create_superuser(f"+{next(NUMBERS)}").phone_number))


def test_saving_a_user_in_the_admin_undoes_no_closing(root: Browser) -> None:
    def race(staff: User) -> Race:
        alice = new_user()
        alice_now = User.objects.filter(pk=alice.pk, closed_at=None)
        return Race([saving(root, alice), closing(alice)], alice_now.exists)

    run(race, 20)


def test_saving_a_user_in_the_admin_undoes_no_block(root: Browser) -> None:
    def race(staff: User) -> Race:
        alice = new_user()
        block = partial(moderation.block, alice, by=staff)
        return Race(
            [saving(root, alice), block], User.objects.filter(pk=alice.pk, is_active=True).exists
        )

    run(race, 20)


def saving(root: Browser, user: User) -> Callable[[], Any]:
    return partial(
        root.post, page(User, "change", user), {"first_name": "Alisa", "last_name": "", "email": ""}
    )
