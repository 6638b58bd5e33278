"""The audit trail."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from users.models.users import User


class AuditEventType(models.TextChoices):
    CODE_REQUESTED = "code_requested", _("code requested")
    CODE_DELIVERED = "code_delivered", _("code delivered")
    CODE_NOT_DELIVERED = "code_not_delivered", _("code not delivered")
    CODE_REFUSED = "code_refused", _("wrong code")
    CODE_EXHAUSTED = "code_exhausted", _("attempts exhausted")
    SIGNED_IN = "signed_in", _("signed in")
    SIGN_IN_REFUSED = "sign_in_refused", _("sign-in of a blocked person refused")
    TOKEN_REUSED = "token_reused", _("old refresh token played back")
    SIGNED_OUT = "signed_out", _("signed out")
    PHONE_CHANGED = "phone_changed", _("phone number changed")
    CLOSED = "closed", _("account closed")
    SIGN_INS_ENDED = "sign_ins_ended", _("all sign-ins ended by an administrator")
    INVITE_RIGHT_REVOKED = "invite_right_revoked", _("right to invite revoked")
    INVITE_RIGHT_RESTORED = "invite_right_restored", _("right to invite restored")
    ACTIVATION_VOIDED = "activation_voided", _("activation voided")
    BLOCKED = "blocked", _("blocked")
    UNBLOCKED = "unblocked", _("unblocked")


class AuditEvent(models.Model):
    """Something that happened to an account: rows are only added, and purged when they are old."""

    event = models.CharField(_("event"), max_length=32, choices=AuditEventType)
    user = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="audit_events", verbose_name=_("person")
    )
    actor = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,  # events are read from the user, not from the actor
        verbose_name=_("administrator"),
    )
    masked_number = models.CharField(_("phone number"), max_length=16, blank=True, db_index=True)
    ip_address = models.GenericIPAddressField(_("IP address"), null=True)
    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    details = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit trail")

    def __str__(self) -> str:
        return f"{self.get_event_display()} {self.masked_number}"
