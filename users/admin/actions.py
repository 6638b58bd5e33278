"""What staff can do to users and activations: each action is confirmed on a page and audited."""

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

MOST_ROWS = 100  # in one action


class StaffAction(NamedTuple):
    """`run(row, by, *reason)` does it and returns whether it is done.

    The texts are its name, its explanation and its success message.
    """

    name: str
    label: Any
    explanation: Any
    done: Any
    run: Callable[..., bool]
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
    gettext_lazy("The account works and still shows its invite code, but the code is refused."),
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
    gettext_lazy("The invitee may activate a code again. The audit trail keeps this one."),
    gettext_lazy("Voided: %s"),
    moderation.void_activation,
)


def as_admin_action(action: StaffAction) -> Callable[..., HttpResponse | None]:
    """An action in the menu of a list, for all staff who may use the admin site."""

    @admin.action(description=action.label, permissions=["view"])
    def run(model_admin: Any, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        return _confirm_or_run(model_admin, request, rows, action)

    run.__name__ = action.name
    return run


def _confirm_or_run(
    model_admin: Any, request: HttpRequest, rows: QuerySet[Any], action: StaffAction
) -> HttpResponse | None:
    chosen = list(rows[: MOST_ROWS + 1])
    if len(chosen) > MOST_ROWS:
        model_admin.message_user(request, _("Choose at most %d.") % MOST_ROWS, messages.ERROR)
        return None
    posted = request.POST if "confirmed" in request.POST else None
    form = (ReasonForm if action.has_reason else ConfirmForm)(posted)
    if form.is_valid():
        reason = [form.cleaned_data["reason"]] if action.has_reason else []
        _run(model_admin, request, chosen, action, reason)
        return _redirect(model_admin, chosen)
    return TemplateResponse(
        request, "admin/confirm_action.html", _context(model_admin, request, chosen, action, form)
    )


def _context(
    model_admin: Any,
    request: HttpRequest,
    chosen: list[Model],
    action: StaffAction,
    form: forms.Form,
) -> dict[str, Any]:
    return {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": action.label,
        "action": action,
        "chosen": chosen,
        "form": form,
    }


def _run(
    model_admin: Any,
    request: HttpRequest,
    chosen: list[Any],
    action: StaffAction,
    reason: list[str],
) -> None:
    """Runs it on each row separately: a refused row is shown and does not stop the others."""
    done: list[str] = []
    left: list[str] = []
    for row in chosen:
        try:
            is_done = action.run(row, cast(User, request.user), *reason)
        except APIException as refusal:
            model_admin.message_user(request, f"{row}: {refusal.detail}", messages.ERROR)
        else:
            (done if is_done else left).append(str(row))
    if done:
        model_admin.message_user(request, action.done % ", ".join(done))
    if left:
        model_admin.message_user(request, _("Not changed: %s") % ", ".join(left), messages.WARNING)


def _redirect(model_admin: Any, chosen: list[Any]) -> HttpResponse:
    """Redirects to the user's page after an action on one user, otherwise to the list."""
    model = f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}"
    if len(chosen) == 1 and isinstance(chosen[0], User):
        return redirect(f"{model}_change", chosen[0].pk)
    return redirect(f"{model}_changelist")
