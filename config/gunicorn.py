"""How gunicorn serves: threads, because the work is waiting for the database and the SMS."""

import os

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
threads = 32
timeout = 60  # seconds
control_socket_disable = True
access_log_format = (
    '%(h)s "%(m)s %(U)s" %(s)s %(b)s %(M)sms'  # no query string: it may hold a number
)
accesslog = "-"
