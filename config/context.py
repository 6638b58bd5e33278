"""What every page may ask."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, bool]:
    return {"sms_inbox": settings.SMS_INBOX and settings.SMS_GATEWAY == "simulated"}
