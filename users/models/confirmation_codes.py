"""The codes sent to phones. No digits are stored: see `users.confirmation.codes`."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from users import phone_numbers
from users.models.users import PhoneNumberField, User


class Purpose(models.TextChoices):
    SIGN_IN = "sign_in", _("signing in")
    PHONE_CHANGE = "phone_change", _("changing the phone number")


class Delivery(models.TextChoices):
    QUEUED = "queued", _("queued")
    SENDING = "sending", _("sending")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("unknown")


class ConfirmationCodeQuerySet(models.QuerySet["ConfirmationCode"]):
    def live(self, phone_number: str | None) -> "ConfirmationCodeQuerySet":
        """The sign-in code last sent to a number, if any."""
        return self.filter(phone_number=phone_number, purpose=Purpose.SIGN_IN, live=True)

    def live_of(self, user: User) -> "ConfirmationCodeQuerySet":
        """The code with which a user is changing their phone number, if any."""
        return self.filter(user=user, purpose=Purpose.PHONE_CHANGE, live=True)


class ConfirmationCode(models.Model):
    """A code sent by SMS. The digits are derived from the row (see `users.confirmation.codes`)."""

    phone_number = PhoneNumberField(_("phone number"))
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose)
    user = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="confirmation_codes",
        verbose_name=_("person"),
        help_text=_("Whose phone number changes; empty for signing in."),
    )
    nonce = models.CharField(_("nonce"), max_length=32)
    key_id = models.CharField(_("key"), max_length=8)
    length = models.PositiveSmallIntegerField(_("length"))
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    live = models.BooleanField(_("live"), default=True)
    charged = models.BooleanField(
        _("charged"), default=True, help_text=_("Whether it counts in the budget of codes.")
    )
    language = models.CharField(_("language"), max_length=8, default="en")
    delivery = models.CharField(
        _("delivery"), max_length=8, choices=Delivery, default=Delivery.QUEUED
    )
    due_at = models.DateTimeField(_("due at"), default=timezone.now)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    gateway = models.CharField(_("gateway"), max_length=32, blank=True)
    note_to = PhoneNumberField(
        _("note to"),
        null=True,
        blank=True,
        help_text=_("The old number, until it has been told of the change."),
    )
    delivery_error = models.CharField(_("delivery error"), max_length=100, blank=True)
    is_test = models.BooleanField(
        _("test number"),
        default=False,
        db_default=False,
        help_text=_("Whether its number had a fixed code when it was asked for."),
    )

    objects = ConfirmationCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmation code")
        verbose_name_plural = _("confirmation codes")
        constraints = [
            models.UniqueConstraint(
                fields=["phone_number"],
                condition=Q(live=True, purpose=Purpose.SIGN_IN),
                name="one_live_sign_in_code_per_number",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(live=True, purpose=Purpose.PHONE_CHANGE),
                name="one_live_phone_change_code_per_user",
            ),
            models.CheckConstraint(
                condition=Q(attempts__lte=settings.CONFIRMATION_CODE_ATTEMPTS),
                name="three_attempts_per_confirmation_code",
            ),
            models.CheckConstraint(
                condition=Q(purpose=Purpose.SIGN_IN, user=None)
                | Q(purpose=Purpose.PHONE_CHANGE, user__isnull=False),
                name="confirmation_code_names_whose_number_changes",
            ),
        ]
        indexes = [
            # For the budgets of one number, which count its codes of the last days.
            models.Index(fields=["phone_number", "created_at"], name="codes_of_a_number"),
            models.Index(
                fields=["due_at"],
                condition=Q(delivery__in=[Delivery.QUEUED, Delivery.SENDING]),
                name="codes_under_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{phone_numbers.mask(self.phone_number)} (№ {self.pk})"

    @property
    def expires_in(self) -> int:
        """Seconds for which it is valid, from the request."""
        return round((self.expires_at - self.created_at).total_seconds())

    @property
    def resend_in(self) -> int:
        """Seconds until another may be requested; a test number has no pause."""
        if self.is_test:
            return 0
        return round(settings.CONFIRMATION_CODE_PAUSE.total_seconds())
