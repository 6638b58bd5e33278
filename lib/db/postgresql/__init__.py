"""Django's PostgreSQL, but that a connection is not asked whether it lives: see `base`."""
