"""What may stand in a log line."""

import logging
import re

QUERY_STRING = re.compile(r"\?[^\s\"']*")


class WithoutQueryString(logging.Filter):
    """Cuts query strings from the lines of requests: phone numbers travel in them."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django."):
            record.msg = QUERY_STRING.sub("", record.getMessage())
            record.args = ()
        return True
