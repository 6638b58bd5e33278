"""The one statement that records an activation: the hottest write, beside closing and blocking.

It locks the invitee and decides on their row as it is then, so nothing lands on an account that
was closed meanwhile. The inviter is never locked, or a popular one would make all wait: an
activation in flight while its inviter is blocked or changes the code may land.
"""

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from referrals.models import Activation, InviteCode
from referrals.person import Person

# The conditions on `code` and `inviter` are those of `InviteCodeQuerySet.open`.
RECORD = """
    INSERT INTO {activations} (invitee_id, inviter_id, invite_code_id, activated_at)
    SELECT invitee.id, inviter.id, code.id, %s
    FROM {people} invitee
        CROSS JOIN {codes} code
        JOIN {people} inviter ON inviter.id = code.owner_id
    WHERE invitee.id = %s AND invitee.is_active AND inviter.id <> invitee.id
        AND code.code = %s AND code.retired_at IS NULL AND code.revoked_at IS NULL
        AND inviter.is_active
    {lock}
    ON CONFLICT (invitee_id) DO NOTHING
    RETURNING id, inviter_id, invite_code_id
"""
LOCK = "FOR NO KEY UPDATE OF invitee"  # SQLite has one writer anyway


def record(invitee: Person, invite_code: str) -> Activation | None:
    """The new activation; None if there is one, or if one of the two may not take part."""
    now = timezone.now()
    with connection.cursor() as cursor:
        date = connection.ops.adapt_datetimefield_value(now)
        cursor.execute(statement(), [date, invitee.pk, invite_code])
        inserted = cursor.fetchall()
    for pk, inviter, code in inserted:
        return Activation(
            pk=pk,
            invitee_id=invitee.pk,
            inviter_id=inviter,
            invite_code=InviteCode(pk=code, code=invite_code, owner_id=inviter),
            activated_at=now,
        )
    return None


def statement() -> str:
    return RECORD.format(
        activations=Activation._meta.db_table,
        codes=InviteCode._meta.db_table,
        people=get_user_model()._meta.db_table,
        lock=LOCK if connection.features.has_select_for_no_key_update else "",
    )
