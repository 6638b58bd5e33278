"""The parts, put together."""

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.core.checks import register

from config import sentry
from config.checks import ALL_CHECKS


class ConfigConfig(AppConfig):
    """Registers the checks of the settings, and has errors reported."""

    name = "config"

    def ready(self) -> None:
        for check in ALL_CHECKS:
            register(check, "settings")
        if settings.SENTRY_DSN:
            sentry.start(settings.SENTRY_DSN, settings.SENTRY_ENVIRONMENT)


class AdminConfig(DjangoAdminConfig):
    default_site = "config.admin.site.AdminSite"
