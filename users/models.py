"""Who somebody is: the person, the codes sent to their phone, their sign-ins.

The rules stand in the constraints. No confirmation code and no token is stored.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from referrals.services import Summary, issue_invite_code, summary
from users import phone_numbers

E164 = r"^\+[1-9][0-9]{6,14}$"  # ITU-T E.164: at most 15 digits


class PhoneNumberField(models.CharField):  # type: ignore[type-arg]  # subscripted it fails at run time
    """E.164 text: read from a form in any spelling, from the database as it is.

    The model field of django-phonenumber-field parses every row it loads,
    about 0.1 ms each: a list of a thousand people would spend 0.1 s on it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 16, **kwargs})

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """What a form or a command was given; what is stored is never judged again."""
        try:
            value = value and phone_numbers.normalise(str(value))
        except phone_numbers.Refused as refused:
            raise ValidationError(refused.message, code="invalid") from refused
        return super().clean(value, model_instance)

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        return super().formfield(*args, **{"max_length": phone_numbers.LONGEST_INPUT, **kwargs})


class UserManager(BaseUserManager["User"]):
    def create_user(self, phone_number: str, password: str | None = None, **fields: Any) -> "User":
        """Makes a person and their invite code, in one transaction."""
        with transaction.atomic():
            user = self.model(phone_number=phone_number, **fields)
            user.set_password(password)
            user.save(using=self._db)
            issue_invite_code(user)
        return user

    def read_phone_number(self, text: str) -> str:
        """Normalises a phone number; one that belongs to somebody is always taken.

        Numbering plans change, and so do the countries served.
        """
        try:
            return phone_numbers.normalise(text)
        except phone_numbers.Refused as refused:
            if refused.e164 and self.filter(phone_number=refused.e164).exists():
                return refused.e164
            raise

    def blocked(self, phone_number: str) -> bool:
        return self.filter(phone_number=phone_number, is_active=False).exists()

    def create_superuser(self, phone_number: str, password: str | None = None) -> "User":
        """What `manage.py createsuperuser` calls."""
        number = phone_numbers.normalise(phone_number)
        return self.create_user(number, password, is_staff=True, is_superuser=True)

    def get_by_natural_key(self, phone_number: str | None) -> "User":
        """Finds whoever signs in with a password, by any spelling of their number."""
        try:
            return self.get(phone_number=self.read_phone_number(phone_number or ""))
        except phone_numbers.Refused as refused:
            raise User.DoesNotExist from refused


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by their phone number. No row is ever deleted."""

    phone_number = PhoneNumberField(
        _("phone number"), unique=True, null=True, help_text=_("Empty once the account is closed.")
    )
    first_name = models.CharField(_("first name"), max_length=150, blank=True)
    last_name = models.CharField(_("last name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    avatar = models.FileField(_("avatar"), upload_to="avatars/", blank=True)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("A person who is not active is blocked.")
    )
    is_staff = models.BooleanField(
        _("staff"), default=False, help_text=_("May use the administration.")
    )
    date_joined = models.DateTimeField(_("joined at"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "phone_number"

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=Q(phone_number=None) | Q(phone_number__regex=E164),
                name="phone_number_is_e164",
            ),
        ]

    def __str__(self) -> str:
        return f"{phone_numbers.mask(self.phone_number)} (№ {self.pk})"

    @property
    def avatar_url(self) -> str | None:
        return f"{settings.SITE_URL}{self.avatar.url}" if self.avatar else None

    @cached_property
    def referrals(self) -> Summary:
        """This person's part in the referral programme."""
        return summary(self)


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
    def live(self, phone_number: str) -> "ConfirmationCodeQuerySet":
        """The sign-in code last sent to a number: one, or none."""
        return self.filter(phone_number=phone_number, purpose=Purpose.SIGN_IN, live=True)


class ConfirmationCode(models.Model):
    """A code sent by SMS. The digits are derived from the row (see `users.codes`)."""

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
    delivery_error = models.CharField(_("delivery error"), max_length=100, blank=True)

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
                condition=Q(attempts__lte=3), name="three_attempts_per_confirmation_code"
            ),
            models.CheckConstraint(
                condition=Q(purpose=Purpose.SIGN_IN, user=None)
                | Q(purpose=Purpose.PHONE_CHANGE, user__isnull=False),
                name="confirmation_code_names_whose_number_changes",
            ),
        ]
        indexes = [
            # The budgets of one number: its codes of the last days.
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
        """Seconds that it is valid, from the moment it was asked for."""
        return round((self.expires_at - self.created_at).total_seconds())

    @property
    def resend_in(self) -> int:
        """Seconds until another may be asked for; a test number has no pause."""
        if phone_numbers.test_code(self.phone_number):
            return 0
        return round(settings.CONFIRMATION_CODE_PAUSE.total_seconds())


class SignInQuerySet(models.QuerySet["SignIn"]):
    def live(self) -> "SignInQuerySet":
        return self.filter(ended_at=None)

    def unexpired(self) -> "SignInQuerySet":
        """Those whose tokens may still be refreshed."""
        now = timezone.now()
        return self.live().filter(
            rotated_at__gt=now - settings.REFRESH_TOKEN_LIFETIME,
            created_at__gt=now - settings.SIGN_IN_LIFETIME,
        )

    def end(self) -> int:
        """Ends the live ones among these sign-ins; their tokens stop working at once."""
        return self.live().update(ended_at=timezone.now())


class SignIn(models.Model):
    """One device's stay: what its access and refresh tokens name."""

    user = models.ForeignKey(
        User, models.PROTECT, related_name="sign_ins", verbose_name=_("person")
    )
    proof_length = models.PositiveSmallIntegerField(
        _("proof"), help_text=_("Digits of the code that proved it.")
    )
    generation = models.PositiveIntegerField(
        _("generation"), default=0, help_text=_("Refreshes so far.")
    )
    rotated_at = models.DateTimeField(_("tokens issued at"))
    user_agent = models.CharField(_("user agent"), max_length=256, blank=True)
    ip_address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))
    last_used_at = models.DateTimeField(_("last used at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")

    def __str__(self) -> str:
        return f"№ {self.pk}"

    @property
    def expires_at(self) -> datetime:
        """When its last token dies, however often it was refreshed."""
        return self.created_at + settings.SIGN_IN_LIFETIME


class Tally(models.Model):
    """How often something happened since a moment: failed guesses an hour, SMS a day."""

    name = models.CharField(_("name"), max_length=32)
    since = models.DateTimeField(_("since"))
    count = models.PositiveIntegerField(_("count"))

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        constraints = [
            models.UniqueConstraint(fields=["name", "since"], name="one_tally_per_name_and_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.since:%Y-%m-%d %H:%M}"


class Event(models.TextChoices):
    CODE_REQUESTED = "code_requested", _("code requested")
    CODE_DELIVERED = "code_delivered", _("code delivered")
    CODE_NOT_DELIVERED = "code_not_delivered", _("code not delivered")
    CODE_REFUSED = "code_refused", _("wrong code")
    CODE_EXHAUSTED = "code_exhausted", _("attempts exhausted")
    SIGNED_UP = "signed_up", _("signed up")
    SIGNED_IN = "signed_in", _("signed in")
    SIGN_IN_REFUSED = "sign_in_refused", _("sign-in of a blocked person refused")
    TOKEN_REUSED = "token_reused", _("old refresh token played back")
    SIGNED_OUT = "signed_out", _("signed out")
    BLOCKED = "blocked", _("blocked")
    UNBLOCKED = "unblocked", _("unblocked")


class AuditEvent(models.Model):
    """What happened to an account: rows are added and, after their time, purged."""

    event = models.CharField(_("event"), max_length=32, choices=Event)
    user = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="audit_events", verbose_name=_("person")
    )
    actor = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,  # read from the person's side
        verbose_name=_("administrator"),
    )
    masked_number = models.CharField(_("phone number"), max_length=16, blank=True)
    ip_address = models.GenericIPAddressField(_("IP address"), null=True)
    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    details = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit trail")

    def __str__(self) -> str:
        return f"{self.get_event_display()} {self.masked_number}"
