"""Activations: the read-only admin of referrals, plus the audited action that voids them."""

from django.contrib import admin

from referrals.admin import ActivationAdmin
from referrals.models import Activation
from users.admin.actions import VOID, as_admin_action

admin.site.unregister(Activation)


@admin.register(Activation)
class AuditedActivationAdmin(ActivationAdmin):
    actions = [as_admin_action(VOID)]
