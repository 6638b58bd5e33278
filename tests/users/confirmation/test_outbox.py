"""The states of a code under way: who may take a row, and what becomes of one left behind."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from time_machine import Traveller

from tests.conftest import ALICE
from tests.test_races import at_once
from users.confirmation import codes, outbox
from users.models import ConfirmationCode, Delivery

STATES = set(Delivery.values)
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)  # as the clock has it


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


@pytest.fixture
def code(clock: Traveller) -> ConfirmationCode:
    """Just asked for: queued, due now, good for 300 seconds."""
    return codes.issue(ALICE, 4)


def change(code: ConfirmationCode, **fields: Any) -> None:
    ConfirmationCode.objects.filter(pk=code.pk).update(**fields)
    code.refresh_from_db()


@pytest.mark.django_db(transaction=True)
def test_of_twenty_workers_one_claims_a_row() -> None:
    code = codes.issue(ALICE, 4)
    claims = at_once(*[lambda: outbox.claim(code.pk)] * 20)
    [mine] = [claim for claim in claims if claim is not None]
    assert (mine.pk, mine.delivery, mine.tries) == (code.pk, "sending", 1)
    code.refresh_from_db()
    assert (code.delivery, code.tries) == ("sending", 1)


@pytest.mark.django_db
def test_a_claim_notes_when(code: ConfirmationCode, clock: Traveller) -> None:
    clock.shift(7)
    outbox.claim(code.pk)
    code.refresh_from_db()
    assert code.due_at == NOW + seconds(7)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        *[{"delivery": state} for state in sorted(STATES - {"queued"})],
        {"live": False},
        {"due_at": NOW + seconds(0.001)},
        {"expires_at": NOW},
    ],
)
def test_a_row_that_is_not_to_be_sent_cannot_be_claimed(
    code: ConfirmationCode, fields: dict[str, Any]
) -> None:
    change(code, **fields)
    before = ConfirmationCode.objects.values().get()
    assert outbox.claim(code.pk) is None
    assert ConfirmationCode.objects.values().get() == before


@pytest.mark.django_db
def test_a_row_that_was_purged_cannot_be_claimed() -> None:
    assert outbox.claim(404) is None


@pytest.mark.django_db
def test_a_row_put_back_is_claimed_again_when_it_is_due(
    code: ConfirmationCode, clock: Traveller
) -> None:
    outbox.claim(code.pk)
    outbox.put_back(code, NOW + seconds(5), "no money " * 50)
    assert outbox.claim(code.pk) is None
    clock.shift(5)
    again = outbox.claim(code.pk)
    assert again is not None
    assert (again.tries, len(again.delivery_error)) == (2, 100)


@pytest.mark.django_db
def test_a_row_that_has_moved_on_does_not_fail(code: ConfirmationCode) -> None:
    """The broker kept the message after all, and a worker was faster."""
    ConfirmationCode.objects.update(delivery=Delivery.SENT)
    assert not outbox.failed(code, "the broker is out of reach", is_charged=False)
    code.refresh_from_db()
    assert (code.delivery, code.live, code.charged) == ("sent", True, True)


@pytest.mark.django_db
@pytest.mark.parametrize("is_charged", [True, False])
def test_a_row_that_fails_is_dead(code: ConfirmationCode, is_charged: bool) -> None:
    assert outbox.failed(code, "refused", is_charged)
    code.refresh_from_db()
    assert (code.delivery, code.delivery_error, code.live, code.charged) == (
        "failed",
        "refused",
        False,
        is_charged,
    )


@pytest.mark.django_db
def test_a_row_is_lost_ten_seconds_after_it_was_due(
    code: ConfirmationCode, clock: Traveller
) -> None:
    clock.shift(9.999)
    assert list(outbox.lost()) == []
    clock.shift(0.001)
    assert list(outbox.lost()) == [code]
    clock.shift(289.999)
    assert list(outbox.lost()) == [code]
    clock.shift(0.001)
    assert list(outbox.lost()) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields", [*[{"delivery": state} for state in sorted(STATES - {"queued"})], {"live": False}]
)
def test_only_what_waits_can_be_lost(
    code: ConfirmationCode, clock: Traveller, fields: dict[str, Any]
) -> None:
    change(code, **fields)
    clock.shift(60)
    assert list(outbox.lost()) == []


@pytest.mark.django_db
def test_the_longest_lost_come_first_and_never_all_at_once(
    clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "AT_ONCE", 2)
    waiting = [codes.issue(f"+7999000010{n}", 4) for n in range(3)]
    change(waiting[2], due_at=NOW - seconds(2))
    clock.shift(10)
    assert list(outbox.lost()) == [waiting[2], waiting[0]]


def closed(code: ConfirmationCode) -> tuple[str, str, bool, bool]:
    outbox.close_stuck()
    code.refresh_from_db()
    return code.delivery, code.delivery_error, code.live, code.charged


@pytest.mark.django_db
def test_what_died_with_its_worker_is_unknown_after_a_minute(
    code: ConfirmationCode, clock: Traveller
) -> None:
    outbox.claim(code.pk)
    clock.shift(59.999)
    assert closed(code) == ("sending", "", True, True)
    clock.shift(0.001)
    assert closed(code) == ("unknown", "the worker died", True, True)
    assert outbox.claim(code.pk) is None
    assert list(outbox.lost()) == []


@pytest.mark.django_db
def test_what_no_worker_took_in_time_has_failed(code: ConfirmationCode, clock: Traveller) -> None:
    clock.shift(299.999)
    assert closed(code) == ("queued", "", True, True)
    clock.shift(0.001)
    assert closed(code) == ("failed", "no worker came in time", False, False)


@pytest.mark.django_db
def test_what_was_retired_before_it_was_sent_has_failed(code: ConfirmationCode) -> None:
    change(code, live=False)
    assert closed(code) == ("failed", "no worker came in time", False, False)


@pytest.mark.django_db
@pytest.mark.parametrize(("attempts", "is_charged"), [(0, False), (1, True), (3, True)])
def test_a_code_that_was_guessed_at_is_charged_though_it_was_never_sent(
    code: ConfirmationCode, clock: Traveller, attempts: int, is_charged: bool
) -> None:
    """Or, while no worker runs, a number would have more than 30 guesses a day."""
    change(code, attempts=attempts)
    clock.shift(300)
    assert closed(code)[3] is is_charged


@pytest.mark.django_db
def test_so_many_are_closed_at_once(clock: Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "AT_ONCE", 2)
    for number in range(3):
        codes.issue(f"+7999000010{number}", 4)
    clock.shift(300)
    for left in (1, 0):
        outbox.close_stuck()
        assert ConfirmationCode.objects.filter(delivery="queued").count() == left


@pytest.mark.django_db
@pytest.mark.parametrize("state", sorted(STATES - {"queued", "sending"}))
def test_what_has_ended_stays_as_it_ended(
    code: ConfirmationCode, clock: Traveller, state: str
) -> None:
    change(code, delivery=state, live=False)
    clock.shift(3600)
    assert closed(code) == (state, "", False, True)
