"""The whole system on one machine, for a person (`make stack`) and for the tests that break it.

A `Stack` has one web server; a `Cluster` is what runs in production: nginx in front of two,
and a PostgreSQL of its own, which may be killed.
"""

from tests.stack.cluster import Cluster
from tests.stack.parts import BIN, ROOT, eventually, free_port
from tests.stack.postgresql import new_database
from tests.stack.stack import Stack

__all__ = ["BIN", "ROOT", "Cluster", "Stack", "eventually", "free_port", "new_database"]
