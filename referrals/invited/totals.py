"""How many users an inviter invited: exact, at the same cost for a million as for ten.

Activating a code writes nothing here. An inviter of hundreds has a total: the number of their
activations up to its boundary. The statement that reads it adds the activations after the
boundary, counted by an index. `referrals.invited.rollup` moves the boundary forward; code that
deletes an activation below the boundary subtracts it in the same transaction.

Both lock the total first. If there is no total to lock, they insert an empty one, so that a
deletion and a roll-up always see each other.
"""

from django.contrib.auth import get_user_model
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from referrals.models import BEGINNING, Activation, InvitedTotal
from referrals.person import Person


def of(inviter: Person) -> int:
    """How many users an inviter invited."""
    people = get_user_model()._default_manager.filter(pk=inviter.pk)
    return int(people.annotate(invited=invited()).values_list("invited", flat=True).get())


def invited() -> Combinable:
    """An annotation for a queryset of users: how many each of them invited."""
    counted = uncounted().order_by().values("inviter").annotate(n=Count("pk")).values("n")
    return Coalesce(F("invited_total__count"), 0) + Coalesce(Subquery(counted), 0)


def uncounted() -> QuerySet[Activation]:
    """For each user in a queryset, the activations that their total does not include yet."""
    counted_to = Coalesce(OuterRef("invited_total__counted_to"), BEGINNING)
    return Activation.objects.filter(inviter=OuterRef("pk"), activated_at__gt=counted_to)


def lock(inviter_id: int) -> InvitedTotal:
    """Locks an inviter's total until the transaction ends; makes an empty one if there is none."""
    empty = InvitedTotal(inviter_id=inviter_id)
    InvitedTotal.objects.bulk_create([empty], ignore_conflicts=True)
    return InvitedTotal.objects.select_for_update().get(pk=inviter_id)


def subtract(activation: Activation) -> None:
    """Subtracts an activation that this transaction has deleted from the total that includes it."""
    total = lock(activation.inviter_id)
    if activation.activated_at <= total.counted_to:
        total.count = max(0, total.count - 1)  # a total edited by hand must not block a deletion
        total.save(update_fields=["count"])
