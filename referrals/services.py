"""What people do with invite codes. A person is known only as settings.AUTH_USER_MODEL."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple, TypeAlias

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from referrals import codes, flood_guard
from referrals.exceptions import (
    InviteCodeAlreadyActivated,
    InviteCodeNotFound,
    NoFreeInviteCode,
    OwnInviteCode,
)
from referrals.models import Activation, InviteCode

LENGTHS_TO_TRY = (codes.LENGTH,) * 5 + (codes.LONGER_LENGTH,) * 5
SETTLED_AFTER = timedelta(days=30)  # an activation outlives its invitee's account
NEWEST_SHOWN = 100  # invitees in the profile; all of them are in the paged listing


Person: TypeAlias = Any  # whatever settings.AUTH_USER_MODEL names


class Inviter(NamedTuple):
    id: int
    username: str | None


class Summary(NamedTuple):
    """A person's part in the programme, as their profile shows it."""

    invite_code: str | None  # none once the account is closed
    invite_link: str | None
    activated_invite_code: str | None
    invited_users: list[str]
    invited_users_count: int
    inviter: Inviter | None = None  # only of `summaries`


def issue_invite_code(owner: Person) -> InviteCode:
    """Gives the owner their invite code; one who has a live code keeps it.

    Five draws of six symbols, then five of seven: where six have become
    crowded (30 million people), the codes grow by themselves.
    """
    for length in LENGTHS_TO_TRY:
        try:
            with transaction.atomic():
                return InviteCode.objects.create(owner=owner, code=codes.draw(length))
        except IntegrityError:
            live = InviteCode.objects.live().filter(owner=owner).first()
            if live is not None:
                return live
    raise NoFreeInviteCode


def live_invite_code(owner: Person) -> InviteCode:
    """The code its owner shows to others."""
    return InviteCode.objects.live().get(owner=owner)


def activate(
    invitee: Person, invite_code: str, address: str | None = None
) -> tuple[Activation, bool]:
    """Records whose code brought this person; returns the activation and whether it is new.

    Once in a lifetime: the same code again returns the first activation, any
    other code is refused. `invite_code` is already normalised; `address` is where
    the request came from, for the guard against guessing.
    """
    mine = activation_of(invitee)
    if mine is not None:
        return _replay(mine, invite_code), False
    theirs = _find(invite_code, invitee, address)
    if theirs.owner_id == invitee.pk:
        raise OwnInviteCode
    try:
        with transaction.atomic():
            return _record(invitee, theirs), True
    except IntegrityError:
        # A parallel request of the same person was faster; its row decides.
        return _replay(Activation.objects.get(invitee=invitee), invite_code), False


def _find(invite_code: str, invitee: Person, address: str | None) -> InviteCode:
    guards = [("wrong_invite_codes", address), ("wrong_invite_codes_of_a_user", invitee.pk)]
    for guard, who in guards:
        flood_guard.check(guard, who)
    found = InviteCode.objects.open().filter(code=invite_code).first()
    if found is None:
        for guard, who in guards:
            flood_guard.count(guard, who)
        raise InviteCodeNotFound
    return found


def void(activation: Activation) -> bool:
    """Deletes an activation; False if somebody has done so already."""
    deleted, _ = Activation.objects.filter(pk=activation.pk).delete()
    return bool(deleted)


def revoke_invite_right(owner: Person) -> bool:
    """The live code stays its owner's, and is refused to everybody else."""
    live = InviteCode.objects.live().filter(owner=owner, revoked_at=None)
    return bool(live.update(revoked_at=timezone.now()))


def restore_invite_right(owner: Person) -> bool:
    live = InviteCode.objects.live().filter(owner=owner, revoked_at__isnull=False)
    return bool(live.update(revoked_at=None))


def leave(user: Person) -> None:
    """Takes somebody who closes their account out: their code is retired for ever.

    Their own activation stays and goes on counting, unless it is younger than 30
    days: or one SIM card could add ten invitees a day.
    """
    now = timezone.now()
    InviteCode.objects.live().filter(owner=user).update(retired_at=now)
    Activation.objects.filter(invitee=user, activated_at__gt=now - SETTLED_AFTER).delete()


def activation_of(invitee: Person) -> Activation | None:
    return Activation.objects.select_related("invite_code").filter(invitee=invitee).first()


def _record(invitee: Person, invite_code: InviteCode) -> Activation:
    return Activation.objects.create(
        invitee=invitee, inviter_id=invite_code.owner_id, invite_code=invite_code
    )


def _replay(mine: Activation, invite_code: str) -> Activation:
    if mine.invite_code.code != invite_code:
        raise InviteCodeAlreadyActivated
    return mine


def invited(inviter: Person) -> QuerySet[Activation, Any]:
    """Everyone who activated this person's code: `{phone_number, activated_at}` each.

    The name of somebody whose account is closed is null.
    """
    return Activation.objects.filter(inviter=inviter).values(
        "id", "activated_at", phone_number=F(f"invitee__{_username_field()}")
    )


def summary(user: Person) -> Summary:
    """All that the profile says of referrals, in three queries."""
    code = (
        InviteCode.objects.live()
        .annotate(activated=Subquery(_activated_code_of_owner()))
        .filter(owner=user)
        .first()
    )
    if code is None:
        return summaries([user])[user.pk]
    names = _newest_invited(user)
    return Summary(
        invite_code=code.code,
        invite_link=code.invite_link,
        activated_invite_code=code.activated,  # type: ignore[attr-defined]
        invited_users=names,
        invited_users_count=Activation.objects.filter(inviter=user).count(),
    )


def summaries(users: Sequence[Person]) -> dict[int, Summary]:
    """The same for many people at once, with who invited each: four queries for all."""
    activations = Activation.objects.select_related("invite_code", "inviter")
    received = Activation.objects.filter(inviter__in=users)
    codes_of = {c.owner_id: c for c in InviteCode.objects.live().filter(owner__in=users)}
    invited_by = {a.invitee_id: a for a in activations.filter(invitee__in=users)}
    counts = dict(received.values_list("inviter").annotate(Count("pk")))
    newest = _newest_invited_of(received)
    return {
        user.pk: _summary(
            codes_of.get(user.pk),
            invited_by.get(user.pk),
            newest.get(user.pk, []),
            counts.get(user.pk, 0),
        )
        for user in users
    }


def _summary(
    code: InviteCode | None, activation: Activation | None, newest: list[str], count: int
) -> Summary:
    return Summary(
        invite_code=code.code if code else None,
        invite_link=code.invite_link if code else None,
        activated_invite_code=activation.invite_code.code if activation else None,
        invited_users=newest,
        invited_users_count=count,
        inviter=Inviter(activation.inviter_id, activation.inviter.get_username())
        if activation
        else None,
    )


def _newest_invited_of(received: QuerySet[Activation]) -> dict[int, list[str]]:
    """The newest invitees of each inviter, out of one query."""
    name = f"invitee__{_username_field()}"
    rank = Window(
        RowNumber(), partition_by="inviter", order_by=[F("activated_at").desc(), F("id").desc()]
    )
    ranked = received.filter(**{f"{name}__isnull": False}).annotate(rank=rank)
    newest: dict[int, list[str]] = defaultdict(list)
    rows = ranked.filter(rank__lte=NEWEST_SHOWN).order_by("inviter", "rank")
    for inviter, invitee in rows.values_list("inviter", name):
        newest[inviter].append(invitee)
    return newest


def _activated_code_of_owner() -> QuerySet[Activation, tuple[str]]:
    return Activation.objects.filter(invitee=OuterRef("owner")).values_list("invite_code__code")


def _newest_invited(inviter: Person) -> list[str]:
    name = f"invitee__{_username_field()}"
    newest = Activation.objects.filter(inviter=inviter, **{f"{name}__isnull": False})
    ordered = newest.order_by("-activated_at", "-id")
    return list(ordered.values_list(name, flat=True)[:NEWEST_SHOWN])


def _username_field() -> str:
    return get_user_model().USERNAME_FIELD
