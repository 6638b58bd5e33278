"""Whether a connection still lives is seen at its socket, without a question to the server.

Django sends `SELECT 1` before the first statement of every request. But PostgreSQL never
speaks first on an idle connection, unless it says goodbye: so a socket with something to
read is a connection that has ended, as after a restart of the server. One that vanished
without a word, with its machine or the network, is found by the first statement, as a 503.
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
