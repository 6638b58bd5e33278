"""The user."""

import re
import secrets
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower, Reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from lib.db.random_hex import RandomHex
from referrals.invited.summaries import Summary, summary
from referrals.services import issue_invite_code, live_invite_code
from users import phone_numbers

E164 = r"^\+[1-9][0-9]{6,14}$"  # ITU-T E.164: at most 15 digits
KEY_LENGTH = 20  # hexadecimal digits; with the id and a dash a subject has at most 40
SUBJECT = re.compile(rf"([1-9][0-9]{{0,18}})-([0-9a-f]{{{KEY_LENGTH}}})")


def new_subject_key() -> str:
    return secrets.token_hex(KEY_LENGTH // 2)


class PhoneNumberField(models.CharField):  # type: ignore[type-arg]  # subscripted it fails at run time
    """E.164 text: read from a form in any spelling, from the database as it is.

    The model field of django-phonenumber-field parses every row it loads,
    about 0.1 ms each: a list of a thousand people would spend 0.1 s on it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 16, **kwargs})

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """Validates what a form or a command was given; stored values are never validated again."""
        try:
            value = value and phone_numbers.normalise(str(value))
        except phone_numbers.Refused as refused:
            raise ValidationError(refused.message, code="invalid") from refused
        return super().clean(value, model_instance)

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        return super().formfield(*args, **{"max_length": phone_numbers.LONGEST_INPUT, **kwargs})


class UserManager(BaseUserManager["User"]):
    def create_user(self, phone_number: str, password: str | None = None, **fields: Any) -> "User":
        """Creates a user and the invite code, in one transaction."""
        with transaction.atomic():
            user = self.model(phone_number=phone_number, **fields)
            user.set_password(password)
            user.save(using=self._db)
            issue_invite_code(user)
        return user

    def lock(self, pk: int, *others: int) -> "User":
        """The user's row as it is now; until the transaction ends no other changes it.

        Whatever is written about an account is decided under this lock, and it comes before
        every other lock. `others` are locked too, all by ascending id.
        """
        rows = self.select_for_update(no_key=True).filter(pk__in={pk, *others})
        return {row.pk: row for row in rows.order_by("pk")}[pk]

    def read_phone_number(self, text: str) -> str:
        """Normalises a phone number; that of a user is always accepted.

        Numbering plans change, and so do the countries served.
        """
        try:
            return phone_numbers.normalise(text)
        except phone_numbers.Refused as refused:
            if refused.e164 and self.filter(phone_number=refused.e164).exists():
                return refused.e164
            raise

    def by_subject(self, subject: str) -> "User":
        """Finds the user whom a subject names, by both of its parts."""
        found = SUBJECT.fullmatch(subject)
        if not found:
            raise User.DoesNotExist
        return self.get(pk=int(found[1]), subject_key=found[2])

    def blocked(self, phone_number: str) -> bool:
        return self.filter(phone_number=phone_number, is_active=False).exists()

    def create_superuser(self, phone_number: str, password: str | None = None) -> "User":
        """What `manage.py createsuperuser` calls."""
        number = phone_numbers.normalise(phone_number)
        return self.create_user(number, password, is_staff=True, is_superuser=True)

    def get_by_natural_key(self, phone_number: str | None) -> "User":
        """Finds the user who signs in with a password, by any spelling of their number."""
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
    # A restored database issues the same numbers again, but not the same keys.
    subject_key = models.CharField(
        _("key of the subject"),
        max_length=KEY_LENGTH,
        default=new_subject_key,
        db_default=RandomHex(KEY_LENGTH),
        editable=False,
    )
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
        indexes = [
            models.Index(fields=["-date_joined", "-id"], name="people_newest_first"),
            models.Index(Lower("first_name"), name="people_by_first_name"),
            models.Index(Lower("last_name"), name="people_by_last_name"),
            models.Index(Lower("email"), name="people_by_email"),
            models.Index(Reverse("phone_number"), name="people_by_last_digits"),
        ]

    def __str__(self) -> str:
        return f"{phone_numbers.mask(self.phone_number)} (№ {self.pk})"

    def get_short_name(self) -> str:
        """The name in the header of pages; never the whole phone number."""
        return self.first_name or phone_numbers.mask(self.phone_number)

    @property
    def subject(self) -> str:
        """Names this user to other systems; after a restore of a backup it names no other user."""
        return f"{self.pk}-{self.subject_key}"

    @cached_property
    def referrals(self) -> Summary:
        """This person's part in the referral programme."""
        found = summary(self)
        if found.invite_code is None and self.is_active:
            live_invite_code(self)  # issues the one that is missing
            found = summary(self)
        return found
