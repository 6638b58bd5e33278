#!/usr/bin/env python
"""Django's command line."""

import os
import sys

from django.contrib.staticfiles.management.commands import runserver
from django.core.management import execute_from_command_line


def serve_where_links_lead(argv: list[str]) -> None:
    """Makes `runserver 8111` mean PORT=8111: links start with the port that is served."""
    parser = runserver.Command().create_parser(argv[0], "runserver")
    address = parser.parse_known_args(argv[2:])[0].addrport
    if address:
        os.environ["PORT"] = address.rpartition(":")[2]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["runserver"]:
        serve_where_links_lead(sys.argv)
    execute_from_command_line(sys.argv)
