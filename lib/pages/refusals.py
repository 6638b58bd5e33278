"""A refusal in words, including what a program would read from its fields."""

from datetime import timedelta
from math import ceil

from django.utils.timesince import timeuntil
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rest_framework.exceptions import APIException, Throttled

MINUTE = 60  # seconds


def in_words(refusal: APIException) -> str:
    """The message for a user: what was refused, how long to wait, how many attempts are left."""
    # The time to wait is said below, better than DRF's "available in … seconds".
    said = [str(Throttled.default_detail if isinstance(refusal, Throttled) else refusal.detail)]
    wait = getattr(refusal, "wait", None)
    if wait:
        said.append(_("Try again in %s.") % waiting_time(ceil(wait)))
    attempts_left = getattr(refusal, "extra", {}).get("attempts_left")
    if attempts_left is not None:
        counted = ngettext("%d attempt left.", "%d attempts left.", attempts_left)
        said.append(counted % attempts_left)
    return " ".join(said)


def waiting_time(seconds: int) -> str:
    """A time in words: in seconds up to two minutes, then in the two largest units."""
    if seconds <= 2 * MINUTE:
        return ngettext("%d second", "%d seconds", seconds) % seconds
    began = now()
    return timeuntil(began + timedelta(seconds=seconds), began)
