"""What closing an account erases of each row about its user, and what it keeps.

Every field is in one of the two, or a test fails: a new field cannot outlive its user
because its author did not think of closing.
"""

from functools import partial
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import Model
from django.utils import timezone

from users.models import AuditEvent, ConfirmationCode, SignIn, User

# The value that takes the place of the field's own, or what makes it.
ERASED: dict[type[Model], dict[str, Any]] = {
    User: {
        "phone_number": None,
        "password": partial(make_password, None),
        "first_name": "",
        "last_name": "",
        "email": "",
        "avatar": "",  # its file too
        "is_active": False,
        "is_staff": False,
        "is_superuser": False,
        "closed_at": timezone.now,
    },
    SignIn: {"ip_address": None, "user_agent": ""},
    AuditEvent: {"ip_address": None, "masked_number": ""},
    ConfirmationCode: {"note_to": None},
}

MEANS_NOTHING = "means nothing without the phone number"
DELIVERY = "says how the SMS went, for support"

KEPT: dict[type[Model], dict[str, str]] = {
    User: {
        "id": "the activations name it",
        "subject_key": "other systems know the account by it",
        "date_joined": "counted in the statistics",
        "last_login": MEANS_NOTHING,
    },
    SignIn: {
        "id": "the tokens name it: they are refused",
        "user": "names a row without a person",
        "proof_length": MEANS_NOTHING,
        "nonce": "the tokens hold it: they are refused",
        "generation": MEANS_NOTHING,
        "rotated_at": MEANS_NOTHING,
        "created_at": "counted in the statistics",
        "last_used_at": MEANS_NOTHING,
        "ended_at": "closing ends the sign-in",
    },
    AuditEvent: {
        "id": "names the event",
        "event": "what happened stays in the trail",
        "user": "names a row without a person",
        "actor": "staff answer for what they did",
        "at": "when it happened stays in the trail",
        "details": "why staff did it stays in the trail",
    },
    # These rows go when the budgets no longer need them: see CODES_KEPT_DAYS.
    ConfirmationCode: {
        "id": "names the code in the queue",
        "phone_number": "its budgets outlive the account",
        "purpose": "its budgets differ",
        "user": "names a row without a person",
        "nonce": "makes the digits, which are of no use any more",
        "key_id": "names the key of the digits",
        "length": "counted in the budgets",
        "is_test": "a test number has budgets of its own",
        "created_at": "counted in the budgets",
        "expires_at": "counted in the budgets",
        "attempts": "counted in the budgets",
        "used_at": "counted in the budgets",
        "live": "closing retires the code",
        "charged": "counted in the budgets",
        "language": "the language of the SMS",
        "delivery": DELIVERY,
        "due_at": DELIVERY,
        "tries": DELIVERY,
        "gateway": DELIVERY,
        "delivery_error": DELIVERY,
    },
}

# Rows about a user that closing leaves whole, or to `referrals.services.leave`.
LEFT: dict[str, str] = {
    "referrals.InviteCode": "retired: it never works again",
    "referrals.Activation": "who invited whom stays true; a young one goes with the account",
    "referrals.InvitedTotal": "a number",
    "admin.LogEntry": "staff answer for what they did",
}


def erased(model: type[Model]) -> dict[str, Any]:
    """The values that closing writes now."""
    return {name: made() if callable(made) else made for name, made in ERASED[model].items()}
