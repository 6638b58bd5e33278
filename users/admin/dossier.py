"""The page of a person: all that helps with a complaint, in a bounded number of queries."""

from typing import Any, NamedTuple

from django.core.paginator import Page
from django.db.models import QuerySet

from referrals.models import Activation, InviteCode
from referrals.tables import CappedPaginator
from users.admin import acts
from users.models import AuditEvent, ConfirmationCode, SignIn, User

INVITED_ON_A_PAGE = 20
NEWEST = 10  # rows of each section; the filtered lists have the rest


class Dossier(NamedTuple):
    invite_codes: list[InviteCode]
    activation: Activation | None
    invited: "Page[Activation]"
    sign_ins: list[SignIn]
    trail: list[AuditEvent]
    codes_sent: list[ConfirmationCode]
    acts: list[acts.Act]


def gather(person: User, page: str) -> Dossier:
    """What the page shows; `page` is the number of the page of people invited."""
    invite_codes = list(person.invite_codes.order_by("-id")[:NEWEST])
    return Dossier(
        invite_codes=invite_codes,
        activation=_activations().filter(invitee=person).first(),
        invited=CappedPaginator(_invited(person), INVITED_ON_A_PAGE).get_page(page),
        sign_ins=list(person.sign_ins.order_by("-id")[:NEWEST]),
        trail=list(person.audit_events.select_related("actor").order_by("-id")[:NEWEST]),
        codes_sent=_codes_sent(person),
        acts=_possible(person, invite_codes),
    )


def _activations() -> QuerySet[Activation, Any]:
    return Activation.objects.select_related("invitee", "inviter", "invite_code")


def _invited(person: User) -> QuerySet[Activation, Any]:
    return _activations().filter(inviter=person).order_by("-activated_at", "-id")


def _codes_sent(person: User) -> list[ConfirmationCode]:
    if person.phone_number is None:
        return []
    sent = ConfirmationCode.objects.filter(phone_number=person.phone_number)
    return list(sent.order_by("-created_at")[:NEWEST])


def _possible(person: User, invite_codes: list[InviteCode]) -> list[acts.Act]:
    if person.closed_at:
        return []
    revoked = any(code.revoked_at for code in invite_codes if code.retired_at is None)
    return [
        acts.BLOCK if person.is_active else acts.UNBLOCK,
        acts.END_SIGN_INS,
        acts.RESTORE if revoked else acts.REVOKE,
    ]
