"""The front page, which shows some of the settings."""

from typing import Any

from django.conf import settings
from django.views.generic import TemplateView

from lib.pages.refusals import waiting_time


class FrontPage(TemplateView):
    template_name = "index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            lifetime=waiting_time(round(settings.CONFIRMATION_CODE_LIFETIME.total_seconds())),
            attempts=settings.CONFIRMATION_CODE_ATTEMPTS,
            **kwargs,
        )
