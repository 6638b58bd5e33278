"""The sign-ins. No token is stored: see `users.sign_ins.tokens`."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from users import user_agents
from users.models.users import User


def new_nonce() -> str:
    return secrets.token_hex(16)


class SignInQuerySet(models.QuerySet["SignIn"]):
    def live(self) -> "SignInQuerySet":
        return self.filter(ended_at=None)

    def of_active_users(self) -> "SignInQuerySet":
        """For an update: it looks again at its own conditions after waiting for another.

        With `user__is_active` Django would move those into a subquery, and PostgreSQL
        would not look at them again.
        """
        active = User.objects.filter(pk=OuterRef("user_id"), is_active=True)
        return self.filter(Exists(active))

    def unexpired(self) -> "SignInQuerySet":
        """Those whose tokens may still be refreshed."""
        now = timezone.now()
        return self.live().filter(
            rotated_at__gt=now - settings.REFRESH_TOKEN_LIFETIME,
            created_at__gt=now - settings.SIGN_IN_LIFETIME,
        )

    def seen_from(self, current: "SignIn | None") -> "SignInQuerySet":
        """The last used first; `is_current` is true for the sign-in of the request."""
        is_current = Q(pk=current.pk if current else None)
        return self.annotate(is_current=is_current).order_by("-last_used_at", "-id")

    def end(self) -> int:
        """Ends the live ones among these sign-ins; their tokens stop working at once."""
        return self.live().update(ended_at=timezone.now())


class SignIn(models.Model):
    """One sign-in of a user, which its access and refresh tokens name."""

    user = models.ForeignKey(
        User, models.PROTECT, related_name="sign_ins", verbose_name=_("person")
    )
    proof_length = models.PositiveSmallIntegerField(
        _("proof"), help_text=_("Digits of the code that proved it.")
    )
    # Tokens and sessions hold it, because a restored database issues the same numbers again.
    nonce = models.CharField(
        _("nonce"), max_length=32, default=new_nonce, db_default="", editable=False
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

    @property
    def program(self) -> str:
        """Browser and system, in words."""
        return user_agents.in_words(self.user_agent)

    @property
    def is_recent(self) -> bool:
        """Whether it is recent enough for what cannot be undone; refreshing does not count."""
        return timezone.now() - self.created_at <= settings.RECENT_SIGN_IN
