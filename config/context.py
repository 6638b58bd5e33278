"""Values that every template can use."""

from django.conf import settings
from django.http import HttpRequest

from users import sms


def site(request: HttpRequest) -> dict[str, bool | str]:
    return {
        "site_url": settings.SITE_URL,
        "sms_inbox": settings.SMS_INBOX and "simulated" in sms.in_use(),
    }
