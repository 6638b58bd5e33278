"""The parts, put together."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.core.checks import register

from config.checks import ALL_CHECKS


class ConfigConfig(AppConfig):
    """Registers the checks of the settings."""

    name = "config"

    def ready(self) -> None:
        for check in ALL_CHECKS:
            register(check, "settings")


class AdminConfig(DjangoAdminConfig):
    default_site = "config.admin.AdminSite"
