"""Checks at the socket whether a connection is still alive, without a query.

Django sends `SELECT 1` before the first statement of every request. But PostgreSQL sends
nothing on an idle connection except that it closes it: so a socket with data to read is a
connection that has ended, for example by a restart of the server. If the machine or the
network fails without that message, the first statement fails with a 503.
"""

import select

from django.db.backends.postgresql import base
from psycopg2.extensions import TRANSACTION_STATUS_IDLE


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        if self.connection.get_transaction_status() != TRANSACTION_STATUS_IDLE:
            return False
        socket = select.poll()
        socket.register(self.connection.fileno(), select.POLLIN)
        return not socket.poll(0)
