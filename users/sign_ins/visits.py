"""When the user last visited, for "3 people joined since your last visit".

A visit ends after half an hour without a request. The sign-in records requests, every
few minutes; the session keeps the end of the previous visit.
"""

from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Max
from django.utils import timezone

from users.models import SignIn

SESSION_KEY = "last_visit"
ENDS_AFTER = timedelta(minutes=30)


def begin(session: SessionBase, sign_in: SignIn) -> None:
    """With a new sign-in, the previous visit ended when the user last used another sign-in."""
    others = sign_in.user.sign_ins.exclude(pk=sign_in.pk)
    _remember(session, others.aggregate(last=Max("last_used_at"))["last"])


def go_on(session: SessionBase, last_request: datetime) -> None:
    """Records a request; `last_request` is the time of the previous one."""
    if timezone.now() - last_request > ENDS_AFTER:
        _remember(session, last_request)


def since(session: SessionBase) -> datetime | None:
    """When the previous visit ended; None during the first visit."""
    ended = session.get(SESSION_KEY)
    return datetime.fromisoformat(ended) if ended else None


def _remember(session: SessionBase, ended: datetime | None) -> None:
    session[SESSION_KEY] = ended.isoformat() if ended else None
