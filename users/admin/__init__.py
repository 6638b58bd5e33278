"""People and what is recorded about them, as an administrator sees them: no secrets."""

from users.admin import people, records

__all__ = ["people", "records"]
