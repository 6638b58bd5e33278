"""Additions to Django's ORM: prepared statements, pages by position, lists in JSON."""
