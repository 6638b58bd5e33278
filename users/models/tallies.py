"""Counts by the hour or day, so that no budget has to sum up rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tally(models.Model):
    """How often something happened in a period: failed guesses in an hour, SMS in a day."""

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
