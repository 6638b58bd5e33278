"""What happens to an account at once: real threads, on both databases."""

from collections import Counter
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from PIL import Image
from pytest_django import Settings

from referrals.models import Activation
from referrals.services import activate
from tests.conftest import ALICE, BOB, HERE, bearer, sign_in, wrong
from tests.test_races import at_once, outcomes, post
from users.accounts import moderation, own
from users.confirmation import codes
from users.models import AuditEvent, ConfirmationCode, SignIn, User
from users.sign_ins import signing_in
from users.sms import inbox

pytestmark = pytest.mark.django_db(transaction=True)

API = "/api/v1/"
ME, PHONE, CONFIRM = (f"{API}users/me/{end}" for end in ("", "phone/", "phone/confirm/"))
NEW = "+79990000044"


def confirmation(person: User, phone_number: str = NEW) -> dict[str, str]:
    """What somebody who was sent the code of a phone change answers."""
    code = own.request_phone_change(person, phone_number, HERE)
    return {"phone_number": phone_number, "confirmation_code": codes.derive(code)}


def test_of_two_people_who_move_to_one_number_one_has_it(alice: User, bob: User) -> None:
    calls = [
        post(CONFIRM, confirmation(person), bearer(sign_in(number)))
        for number, person in ((ALICE, alice), (BOB, bob))
    ]
    assert outcomes(at_once(*calls)) == {(200, None): 1, (409, "phone_number_taken"): 1}
    numbers = set(User.objects.values_list("phone_number", flat=True))
    assert NEW in numbers
    assert len(numbers & {ALICE, BOB}) == 1
    assert AuditEvent.objects.filter(event="phone_changed").count() == 1
    assert len([note for note in inbox.messages() if not note.confirmation_code]) == 1


def test_of_a_move_and_a_sign_up_one_has_the_number(alice: User) -> None:
    from_here = bearer(sign_in(ALICE))
    moving = confirmation(alice)
    answers = at_once(post(CONFIRM, moving, from_here), lambda: User.objects.create_user(NEW))
    assert User.objects.filter(phone_number=NEW).count() == 1
    moved = answers[0].status_code == 200
    assert moved is isinstance(answers[1], Exception)
    assert moved or outcomes(answers[:1]) == {(409, "phone_number_taken"): 1}


def test_a_right_code_moves_the_account_once(alice: User) -> None:
    client, moving = bearer(sign_in(ALICE)), confirmation(alice)
    assert outcomes(at_once(*[post(CONFIRM, moving, client)] * 20)) == {
        (200, None): 1,
        (400, "confirmation_code_expired"): 19,
    }
    assert len([note for note in inbox.messages(ALICE) if not note.confirmation_code]) == 1


def test_of_fifty_wrong_codes_of_a_move_three_are_compared(alice: User) -> None:
    client, moving = bearer(sign_in(ALICE)), confirmation(alice)
    guess = moving | {"confirmation_code": wrong(moving["confirmation_code"])}
    assert outcomes(at_once(*[post(CONFIRM, guess, client)] * 50)) == {
        (400, "invalid_confirmation_code"): 3,
        (400, "confirmation_code_expired"): 47,
    }


def test_twenty_requests_of_both_purposes_stay_within_the_budget_of_a_number() -> None:
    people = [User.objects.create_user(f"+799911100{n:02}") for n in range(10)]
    movers = [bearer(sign_in(str(person.phone_number))) for person in people]
    sign_ins = [post(f"{API}auth/code/", {"phone_number": NEW})] * 10
    moving = [post(PHONE, {"phone_number": NEW}, client) for client in movers]
    answers = outcomes(at_once(*sign_ins, *moving))
    assert answers.pop((202, None)) == 5
    assert answers.keys() <= {(429, "code_requested_too_soon"), (429, "too_many_codes")}
    assert len(inbox.messages(NEW)) == 5
    assert ConfirmationCode.objects.filter(phone_number=NEW).count() == 5


def test_one_person_asking_for_twenty_numbers_gets_one_code(alice: User) -> None:
    client = bearer(sign_in(ALICE))
    calls = [post(PHONE, {"phone_number": f"+799911100{n:02}"}, client) for n in range(20)]
    assert outcomes(at_once(*calls)) == {
        (202, None): 1,
        (429, "code_requested_too_soon"): 19,
    }


def test_the_fifth_code_of_a_day_is_sent_once(alice: User) -> None:
    client = bearer(sign_in(ALICE))
    for n in range(4):
        own.request_phone_change(alice, f"+799922200{n:02}", HERE)
        ConfirmationCode.objects.update(live=False)
    calls = [post(PHONE, {"phone_number": f"+799911100{n:02}"}, client) for n in range(20)]
    answers = outcomes(at_once(*calls))
    assert answers.pop((202, None)) == 1
    assert answers.keys() <= {(429, "code_requested_too_soon"), (429, "too_many_codes")}


# Closing


def assert_closed(person: User) -> None:
    """Nothing personal was written beside the closing."""
    person = User.objects.get(pk=person.pk)
    assert person.closed_at
    assert not person.is_active
    assert [str(person.phone_number), person.first_name, str(person.avatar)] == ["None", "", ""]
    assert not SignIn.objects.live().filter(user=person).exists()


def test_an_account_is_closed_once_however_many_ask(alice: User) -> None:
    client = bearer(sign_in(ALICE))
    answers = outcomes(at_once(*[lambda: client.delete(ME)] * 10))
    assert answers.keys() <= {(204, None), (401, "token_not_valid")}
    assert answers[204, None] >= 1
    assert_closed(alice)
    assert AuditEvent.objects.filter(event="closed").count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_nothing_is_written_beside_a_closing(
    alice: User, settings: Settings, tmp_path: Path, attempt: int
) -> None:
    settings.MEDIA_ROOT = tmp_path
    alice.avatar.save("old.webp", ContentFile(b"old"))
    out = BytesIO()
    Image.new("RGB", (9, 9)).save(out, "PNG")
    stale = [User.objects.get(pk=alice.pk) for _ in range(8)]
    edits = [
        lambda user=user: own.edit(
            user, first_name="Alisa", avatar=ContentFile(out.getvalue(), "new.png")
        )
        for user in stale
    ]
    at_once(*edits[:4], lambda: own.close(stale[0], HERE), *edits[4:])
    assert_closed(alice)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_of_a_closing_and_a_move_the_number_is_free_in_the_end(alice: User) -> None:
    opened = sign_in(ALICE)
    moving = confirmation(alice)
    at_once(post(CONFIRM, moving, bearer(opened)), lambda: own.close(alice, HERE))
    assert_closed(alice)
    assert sign_in(ALICE).user_id != alice.pk
    ConfirmationCode.objects.update(live=False)
    assert sign_in(NEW).user_id != alice.pk


def test_of_a_closing_and_a_block_the_account_is_closed(alice: User, bob: User) -> None:
    at_once(lambda: own.close(alice, HERE), lambda: moderation.block(alice, by=bob))
    at_once(lambda: own.close(alice, HERE), lambda: moderation.unblock(alice, by=bob))
    assert_closed(alice)


def test_whoever_closes_while_being_invited_leaves_no_open_code(alice: User, bob: User) -> None:
    code = alice.invite_codes.get().code
    at_once(lambda: own.close(alice, HERE), lambda: activate(bob, code))
    assert_closed(alice)
    assert not alice.invite_codes.filter(retired_at=None).exists()
    assert Activation.objects.filter(inviter=alice).count() <= 1


# Pictures


def test_of_eight_pictures_at_once_one_is_kept(
    alice: User, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    people = [User.objects.get(pk=alice.pk) for _ in range(8)]
    results = at_once(
        *[lambda user=user: own.edit(user, avatar=ContentFile(b"x", "a.webp")) for user in people]
    )
    assert Counter(type(result) for result in results) == {type(None): 8}
    alice.refresh_from_db()
    [path] = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert path == Path(alice.avatar.path)


def test_blocks_and_unblocks_leave_a_trail_that_adds_up(alice: User, bob: User) -> None:
    at_once(
        *[lambda: moderation.block(alice, by=bob), lambda: moderation.unblock(alice, by=bob)] * 5
    )
    alice.refresh_from_db()
    events = Counter(AuditEvent.objects.filter(user=alice).values_list("event", flat=True))
    assert events["blocked"] - events["unblocked"] == (0 if alice.is_active else 1)


def test_signing_in_and_closing_at_once_wait_for_each_other() -> None:
    """Both lock the person before the code; the other way round they could deadlock."""
    for number in [f"+7999000030{n}" for n in range(5)]:
        person = User.objects.create_user(number)
        signing_in.request_code(number, HERE)
        code = codes.derive(ConfirmationCode.objects.live(number).get())
        confirmed = {"phone_number": number, "confirmation_code": code}
        signed_in, closed = at_once(
            post(f"{API}auth/token/", confirmed), partial(own.close, person, HERE)
        )
        assert signed_in.status_code in (200, 400, 403)
        assert closed is None
        assert not SignIn.objects.live().filter(user=person).exists()
