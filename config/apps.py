"""What happens when Django starts."""

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.core.checks import register

from config import sentry
from config.checks import ALL_CHECKS
from lib.api.checks import serializers_can_be_written


class ConfigConfig(AppConfig):
    """Registers the checks of the settings and serializers, and starts error reporting."""

    name = "config"

    def ready(self) -> None:
        for check in ALL_CHECKS:
            register(check, "settings")
        register(serializers_can_be_written, "api")
        if settings.SENTRY_DSN:
            sentry.start(settings.SENTRY_DSN, settings.SENTRY_ENVIRONMENT)


class AdminConfig(DjangoAdminConfig):
    default_site = "config.admin.site.AdminSite"
