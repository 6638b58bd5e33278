"""A simulated phone network: it waits a little, then writes to the log and to the inbox."""

import logging
import random
import time

from django.conf import settings

from users.sms import inbox
from users.sms.exceptions import Unavailable

logger = logging.getLogger(__name__)


def send(phone_number: str, text: str) -> None:
    time.sleep(random.uniform(*settings.SMS_DELAY))  # noqa: S311
    try:
        inbox.add(phone_number, text)
    except inbox.OutOfReach as error:
        raise Unavailable("the inbox is out of reach") from error
    logger.info("SMS to %s: %s", phone_number, " ".join(text.split()))
