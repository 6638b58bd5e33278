"""What staff do to users and activations: asked once more, then audited."""

from collections.abc import Callable
from typing import Any, NamedTuple, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from rest_framework.exceptions import APIException

from users.accounts import moderation
from users.models import User

AT_ONCE = 100  # rows; more are not meant one by one


class StaffAction(NamedTuple):
    """`run(row, by, *reason)` does it; the texts say what, what for, and that it was done."""

    name: str
    label: Any
    explanation: Any
    done: Any
    run: Callable[..., None]
    has_reason: bool = False


class ConfirmForm(forms.Form):
    confirmed = forms.BooleanField(widget=forms.HiddenInput, initial=True)


class ReasonForm(ConfirmForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        help_text=gettext_lazy("It is kept in the audit trail."),
    )


BLOCK = StaffAction(
    "block",
    gettext_lazy("Block"),
    gettext_lazy("Every sign-in ends at once, no new one opens, and the invite code is refused."),
    gettext_lazy("Blocked: %s"),
    moderation.block,
    has_reason=True,
)
UNBLOCK = StaffAction(
    "unblock",
    gettext_lazy("Unblock"),
    gettext_lazy("They may sign in again, with the same invite code. Ended sign-ins stay ended."),
    gettext_lazy("Unblocked: %s"),
    moderation.unblock,
    has_reason=True,
)
END_SIGN_INS = StaffAction(
    "end_sign_ins",
    gettext_lazy("End all sign-ins"),
    gettext_lazy("Every sign-in ends at once. They may sign in again."),
    gettext_lazy("Signed out everywhere: %s"),
    moderation.end_sign_ins,
)
REVOKE = StaffAction(
    "revoke_invite_right",
    gettext_lazy("Revoke the right to invite"),
    gettext_lazy("The account lives and still shows its invite code, but the code is refused."),
    gettext_lazy("May not invite any more: %s"),
    moderation.revoke_invite_right,
)
RESTORE = StaffAction(
    "restore_invite_right",
    gettext_lazy("Restore the right to invite"),
    gettext_lazy("The same invite code may be activated again."),
    gettext_lazy("May invite again: %s"),
    moderation.restore_invite_right,
)
VOID = StaffAction(
    "void",
    pgettext_lazy("an activation", "Void"),
    gettext_lazy("The invitee may activate a code once more. The audit trail keeps this one."),
    gettext_lazy("Voided: %s"),
    moderation.void_activation,
)


def as_admin_action(action: StaffAction) -> Callable[..., HttpResponse | None]:
    """An action of a list; everybody whom the administration lets in may run it."""

    @admin.action(description=action.label, permissions=["view"])
    def run(table: Any, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        return _ask_or_do(table, request, rows, action)

    run.__name__ = action.name
    return run


def _ask_or_do(
    table: Any, request: HttpRequest, rows: QuerySet[Any], action: StaffAction
) -> HttpResponse | None:
    chosen = list(rows[: AT_ONCE + 1])
    if len(chosen) > AT_ONCE:
        table.message_user(request, _("Choose at most %d.") % AT_ONCE, messages.ERROR)
        return None
    is_answer = "confirmed" in request.POST
    form = (ReasonForm if action.has_reason else ConfirmForm)(request.POST if is_answer else None)
    if form.is_valid():
        reason = [form.cleaned_data["reason"]] if action.has_reason else []
        _do(table, request, chosen, action, reason)
        return _back(table, chosen)
    return TemplateResponse(
        request, "admin/confirm_action.html", _question(table, request, chosen, action, form)
    )


def _question(
    table: Any, request: HttpRequest, chosen: list[Model], action: StaffAction, form: forms.Form
) -> dict[str, Any]:
    return {
        **table.admin_site.each_context(request),
        "opts": table.opts,
        "title": action.label,
        "action": action,
        "chosen": chosen,
        "form": form,
    }


def _do(
    table: Any, request: HttpRequest, chosen: list[Any], action: StaffAction, reason: list[str]
) -> None:
    """Acts on each by itself: whoever is refused is named, and the others are not kept waiting."""
    done = []
    for row in chosen:
        try:
            action.run(row, cast(User, request.user), *reason)
        except APIException as refusal:
            table.message_user(request, f"{row}: {refusal.detail}", messages.ERROR)
        else:
            done.append(str(row))
    if done:
        table.message_user(request, action.done % ", ".join(done))


def _back(table: Any, chosen: list[Any]) -> HttpResponse:
    """To the person's page where it was about one, and to the list otherwise."""
    if len(chosen) == 1 and isinstance(chosen[0], User):
        return redirect(
            f"admin:{table.opts.app_label}_{table.opts.model_name}_change", chosen[0].pk
        )
    return redirect(f"admin:{table.opts.app_label}_{table.opts.model_name}_changelist")
