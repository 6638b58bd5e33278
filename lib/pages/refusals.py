"""A refusal in words, with all that a program would read from its fields."""

from datetime import timedelta
from math import ceil

from django.utils.timesince import timeuntil
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rest_framework.exceptions import APIException, Throttled

MINUTE = 60  # seconds


def in_words(refusal: APIException) -> str:
    """What a person is told: what was refused, how long to wait, how many attempts are left."""
    # What DRF adds of the seconds is said better below.
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
    """Seconds up to two minutes, then the two largest units."""
    if seconds <= 2 * MINUTE:
        return ngettext("%d second", "%d seconds", seconds) % seconds
    began = now()
    return timeuntil(began + timedelta(seconds=seconds), began)
