"""How a confirmation code reaches the phone. The row of the code is the outbox.

queued → sending → sent, failed or unknown. Only the process that moves a row from queued
to sending, by one conditional update, calls the gateway: so a code is sent at most once.
"""

import logging
import random
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from django.utils.translation import override
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from users import audit, phone_numbers, sms
from users.confirmation import codes, outbox, tallies, texts
from users.exceptions import ConfirmationCodeExpired, DeliveryUnavailable
from users.models import AuditEventType, ConfirmationCode, User

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 30  # seconds between two tries


def send_out(code: ConfirmationCode) -> None:
    """Delivers a new code: through a worker where REDIS_URL is set, otherwise at once.

    Raises DeliveryUnavailable if nothing was sent. The code is dead then, and the user
    pays neither its pause nor its place in the number's budget.
    """
    if settings.REDIS_URL:
        _hand_over(code)
    elif not attempt(code.pk):
        raise DeliveryUnavailable


def refuse_over_budget(code: ConfirmationCode) -> None:
    """Raises DeliveryUnavailable, because the SMS budget of the day is spent."""
    logger.error("The SMS budget of the day is spent, overall or in one region")
    _refuse(code, "the SMS budget of the day is spent", has_sms=False)


@shared_task(name="users.delivery.deliver")  # type: ignore[untyped-decorator]
def deliver(pk: int) -> None:
    """The task of the worker; its message carries the id of the row and nothing else."""
    attempt(pk)


def send_note(code: ConfirmationCode, old_number: str | None) -> None:
    """Tells the old number that its account has moved; a lost note changes nothing else."""
    ConfirmationCode.objects.filter(pk=code.pk).update(note_to=old_number)
    if not settings.REDIS_URL:
        tell_old_number(code.pk)
        return
    try:
        tell_old_number.apply_async((code.pk,))
    except (OperationalError, RedisError):
        logger.warning("The broker is out of reach; code %s sends no note", code.pk)


@shared_task(name="users.delivery.tell_old_number")  # type: ignore[untyped-decorator]
def tell_old_number(pk: int) -> None:
    """Sends the note once: only the task that clears the number from the row sends it."""
    code = ConfirmationCode.objects.get(pk=pk)
    old = code.note_to
    now = timezone.now()
    taken = old and ConfirmationCode.objects.filter(pk=pk, note_to=old).update(note_to=None)
    if not taken or phone_numbers.test_code(old) or not tallies.take_sms(old, now):
        return
    try:
        with override(code.language):
            sms.send(old, texts.phone_changed())
    except sms.NotSent as error:
        tallies.give_back_sms(old, now)
        logger.warning("The note of code %s was not sent: %s", pk, error)
    except sms.MaybeSent as error:
        logger.warning("The note of code %s was perhaps not sent: %s", pk, error)


@shared_task(name="users.delivery.sweep")  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Every 10 s: publishes again what the broker lost, closes what died with its worker."""
    outbox.close_stuck()
    for code in outbox.lost():
        _publish(code)


def attempt(pk: int) -> bool:
    """Claims a code and calls the gateway; False if certainly nothing was sent.

    A blocked user gets no SMS, and the answer is the same as for any other number.
    """
    code = outbox.claim(pk)
    if code is None:
        return True
    if User.objects.blocked(code.phone_number):
        outbox.withheld(code, "the account is blocked")
        return True
    try:
        with override(code.language):
            gateway = sms.send(code.phone_number, texts.confirmation(codes.derive(code)))
    except sms.Unavailable as error:
        return _try_again(code, str(error))
    except sms.NotSent as error:
        _fail(code, str(error), is_charged=True)
        return False
    except ConfirmationCodeExpired:
        _fail(code, "its key was dropped", is_charged=False)
        return False
    except Exception as error:
        # An error that no gateway documents: the SMS may have been sent.
        known = isinstance(error, sms.MaybeSent)
        outbox.unknown(code, str(error) if known else type(error).__name__)
        return True
    outbox.sent(code, gateway)
    audit.record(AuditEventType.CODE_DELIVERED, phone_number=code.phone_number, gateway=gateway)
    return True


def _hand_over(code: ConfirmationCode) -> None:
    try:
        _publish(code)
    except (OperationalError, RedisError):
        # The broker may have kept the message nevertheless; a dead row sends nothing.
        _refuse(code, "the broker is out of reach")


def _publish(code: ConfirmationCode, countdown: float = 0) -> None:
    deliver.apply_async((code.pk,), countdown=countdown, expires=code.expires_at)


def _refuse(code: ConfirmationCode, error: str, has_sms: bool = True) -> None:
    if _fail(code, error, is_charged=False, has_sms=has_sms):
        raise DeliveryUnavailable


def _fail(code: ConfirmationCode, error: str, is_charged: bool, has_sms: bool = True) -> bool:
    failed = outbox.failed(code, error, is_charged, has_sms)
    if failed:
        audit.record(AuditEventType.CODE_NOT_DELIVERED, phone_number=code.phone_number, error=error)
    return failed


def _try_again(code: ConfirmationCode, error: str) -> bool:
    """Puts a code back with jittered backoff, as long as it lives."""
    pause = min(LONGEST_PAUSE, 2.0**code.tries) * random.uniform(0.5, 1)  # noqa: S311
    due_at = timezone.now() + timedelta(seconds=pause)
    if not settings.REDIS_URL or due_at >= code.expires_at:
        _fail(code, error, is_charged=False)
        return False
    outbox.put_back(code, due_at, error)
    try:
        _publish(code, countdown=pause)
    except (OperationalError, RedisError):
        logger.warning("The broker is out of reach; the sweep will publish code %s", code.pk)
    return True
