"""A user's page: all that support needs for a complaint, in a bounded number of queries."""

from typing import Any, NamedTuple

from django.core.paginator import Page
from django.db.models import QuerySet

from lib.admin_tables import CappedPaginator
from referrals.models import Activation, InviteCode
from users.admin.actions import BLOCK, END_SIGN_INS, RESTORE, REVOKE, UNBLOCK, StaffAction
from users.models import AuditEvent, ConfirmationCode, SignIn, User

INVITED_PER_PAGE = 20
NEWEST = 10  # rows in each section; the filtered lists show the rest


class PersonPage(NamedTuple):
    invite_codes: list[InviteCode]
    activation: Activation | None
    invited: "Page[Activation]"
    sign_ins: list[SignIn]
    audit_events: list[AuditEvent]
    confirmation_codes: list[ConfirmationCode]
    actions: list[StaffAction]


def load(person: User, page: str) -> PersonPage:
    """Loads what the page shows; `page` is the page number in the list of invitees."""
    invite_codes = list(person.invite_codes.order_by("-id")[:NEWEST])
    return PersonPage(
        invite_codes=invite_codes,
        activation=_activations().filter(invitee=person).first(),
        invited=CappedPaginator(_invited(person), INVITED_PER_PAGE).get_page(page),
        sign_ins=list(person.sign_ins.order_by("-id")[:NEWEST]),
        audit_events=list(person.audit_events.select_related("actor").order_by("-id")[:NEWEST]),
        confirmation_codes=_confirmation_codes(person),
        actions=_possible_actions(person, invite_codes),
    )


def _activations() -> QuerySet[Activation, Any]:
    return Activation.objects.select_related("invitee", "inviter", "invite_code")


def _invited(person: User) -> QuerySet[Activation, Any]:
    return _activations().filter(inviter=person).order_by("-activated_at", "-id")


def _confirmation_codes(person: User) -> list[ConfirmationCode]:
    if person.phone_number is None:
        return []
    sent = ConfirmationCode.objects.filter(phone_number=person.phone_number)
    return list(sent.order_by("-created_at")[:NEWEST])


def _possible_actions(person: User, invite_codes: list[InviteCode]) -> list[StaffAction]:
    if person.closed_at:
        return []
    revoked = any(code.revoked_at for code in invite_codes if code.retired_at is None)
    return [
        BLOCK if person.is_active else UNBLOCK,
        END_SIGN_INS,
        RESTORE if revoked else REVOKE,
    ]
