"""What every page may ask."""

from django.conf import settings
from django.http import HttpRequest

from users import sms


def site(request: HttpRequest) -> dict[str, bool]:
    return {"sms_inbox": settings.SMS_INBOX and "simulated" in sms.in_use()}
