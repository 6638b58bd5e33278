"""Invite codes, activations and totals of invitees. Every rule is a constraint."""

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)  # before the first activation


def invite_link(code: str) -> str:
    return f"{settings.SITE_URL}/i/{code}/"


def invitee_name() -> str:
    """The path from an activation to its invitee's phone number, for values and filters."""
    return f"invitee__{get_user_model().USERNAME_FIELD}"


class InviteCodeQuerySet(models.QuerySet["InviteCode"]):
    def live(self) -> "InviteCodeQuerySet":
        """The current codes: each owner has one."""
        return self.filter(retired_at=None)

    def open(self) -> "InviteCodeQuerySet":
        """The codes that may be activated now."""
        return self.live().filter(revoked_at=None, owner__is_active=True)


class InviteCode(models.Model):
    code = models.CharField(_("invite code"), max_length=16, unique=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="invite_codes",
        verbose_name=_("owner"),
    )
    issued_at = models.DateTimeField(_("issued at"), default=timezone.now)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("right to invite revoked at"), null=True, blank=True)

    objects = InviteCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("invite code")
        verbose_name_plural = _("invite codes")
        constraints = [
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(retired_at=None),
                name="one_live_invite_code_per_owner",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def invite_link(self) -> str:
        return invite_link(self.code)


class Activation(models.Model):
    invitee = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="activation",
        verbose_name=_("invitee"),
    )
    inviter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="activations_received",
        db_index=False,  # the index for the listing begins with this column
        verbose_name=_("inviter"),
    )
    invite_code = models.ForeignKey(
        InviteCode,
        models.PROTECT,
        related_name="activations",
        db_index=False,  # no query searches activations by code
        verbose_name=_("invite code"),
    )
    activated_at = models.DateTimeField(_("activated at"), default=timezone.now)

    class Meta:
        verbose_name = _("activation")
        verbose_name_plural = _("activations")
        constraints = [
            models.CheckConstraint(
                condition=~Q(inviter=F("invitee")), name="nobody_invites_themselves"
            ),
        ]
        indexes = [
            models.Index(fields=["inviter", "-activated_at", "-id"], name="invited_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.invitee_id} ← {self.inviter_id}"


class InvitedTotal(models.Model):
    """The exact number of an inviter's activations up to `counted_to`.

    Only inviters of hundreds have one; `referrals.invited.totals` says how it is kept and read.
    The database does not check that the inviter exists: the check would lock their row.
    """

    inviter = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        primary_key=True,
        related_name="invited_total",
        db_constraint=False,
        verbose_name=_("inviter"),
    )
    count = models.PositiveIntegerField(_("count"), default=0)
    counted_to = models.DateTimeField(_("counted to"), default=BEGINNING)

    class Meta:
        verbose_name = _("total of invited people")
        verbose_name_plural = _("totals of invited people")

    def __str__(self) -> str:
        return f"{self.inviter_id}: {self.count}"


class RollUp(models.Model):
    """The last activation that a roll-up has processed; the table has one row."""

    last_id = models.PositiveBigIntegerField(_("last activation"), default=0)

    class Meta:
        verbose_name = _("roll-up")
        verbose_name_plural = _("roll-ups")

    def __str__(self) -> str:
        return f"→ {self.last_id}"
