"""How far a refusal of the database reaches."""

from contextlib import AbstractContextManager, nullcontext

from django.db import connection, transaction


def around_one_statement() -> AbstractContextManager[None]:
    """Keeps what came before a statement that breaks a rule.

    Inside a transaction by a savepoint. Outside there is nothing to keep, and BEGIN and
    COMMIT would be two questions more to the server.
    """
    return transaction.atomic() if connection.in_atomic_block else nullcontext()
