"""Statements that are compiled once, pages by position, lists in JSON: on top of Django's ORM."""
