"""When somebody was here last, for "3 joined since your last visit".

A visit ends after half an hour without a page. That pages were asked for is noted
in the sign-in, every few minutes; the session keeps when the visit before this one ended.
"""

from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Max
from django.utils import timezone

from users.models import SignIn

KEY = "last_visit"
ENDS_AFTER = timedelta(minutes=30)


def begin(session: SessionBase, sign_in: SignIn) -> None:
    """Of a new sign-in: the person was here last when they used another, if they ever did."""
    others = sign_in.user.sign_ins.exclude(pk=sign_in.pk)
    _remember(session, others.aggregate(last=Max("last_used_at"))["last"])


def go_on(session: SessionBase, last_page: datetime) -> None:
    """A page was asked for, the last one before it some time ago."""
    if timezone.now() - last_page > ENDS_AFTER:
        _remember(session, last_page)


def since(session: SessionBase) -> datetime | None:
    """When the visit before this one ended; none in the first ever."""
    ended = session.get(KEY)
    return datetime.fromisoformat(ended) if ended else None


def _remember(session: SessionBase, ended: datetime | None) -> None:
    session[KEY] = ended.isoformat() if ended else None
