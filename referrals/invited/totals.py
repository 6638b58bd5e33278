"""How many somebody invited: an exact number, at the same cost for a million as for ten.

Activating a code writes nothing here. Whoever invited hundreds has a total: how many of
their activations are as old as its boundary, or older. To it are added, in the same
statement, those after the boundary, which an index counts. `referrals.invited.rollup` moves the
boundary on; whatever deletes an activation below it subtracts it, in one transaction.

Both hold the total's lock while they do. Whoever finds no total to lock makes an empty
one, so that neither a deletion nor a roll-up can pass by the other unseen.
"""

from django.contrib.auth import get_user_model
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from referrals.models import BEGINNING, Activation, InvitedTotal
from referrals.person import Person


def of(inviter: Person) -> int:
    """How many somebody invited."""
    people = get_user_model()._default_manager.filter(pk=inviter.pk)
    return int(people.annotate(invited=invited()).values_list("invited", flat=True).get())


def invited() -> Combinable:
    """How many each of a queryset of people invited, to annotate it with."""
    counted = uncounted().order_by().values("inviter").annotate(n=Count("pk")).values("n")
    return Coalesce(F("invited_total__count"), 0) + Coalesce(Subquery(counted), 0)


def uncounted() -> QuerySet[Activation]:
    """The activations that the total of each of a queryset of people does not hold yet."""
    counted_to = Coalesce(OuterRef("invited_total__counted_to"), BEGINNING)
    return Activation.objects.filter(inviter=OuterRef("pk"), activated_at__gt=counted_to)


def lock(inviter_id: int) -> InvitedTotal:
    """Somebody's total, theirs alone until the transaction ends; an empty one if there is none."""
    empty = InvitedTotal(inviter_id=inviter_id)
    InvitedTotal.objects.bulk_create([empty], ignore_conflicts=True)
    return InvitedTotal.objects.select_for_update().get(pk=inviter_id)


def subtract(activation: Activation) -> None:
    """Takes an activation that this transaction has deleted out of the total that holds it."""
    total = lock(activation.inviter_id)
    if activation.activated_at <= total.counted_to:
        total.count = max(0, total.count - 1)  # edited by hand? It keeps nobody from leaving.
        total.save(update_fields=["count"])
