"""Sign-ins, read-only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from lib.admin_tables import linked
from users.admin.filters import ProofFilter
from users.admin.search_by_person import SearchByPersonAdmin
from users.models import SignIn


@admin.register(SignIn)
class SignInAdmin(SearchByPersonAdmin):
    exclude = ["nonce"]
    list_display = [
        "id",
        linked("user", _("person")),
        "proof_length",
        "ip_address",
        "user_agent",
        "created_at",
        "last_used_at",
        "ended_at",
    ]
    list_filter = [("ended_at", admin.EmptyFieldListFilter), ProofFilter, "created_at"]
    exported = ["id", "user", *list_display[2:]]
