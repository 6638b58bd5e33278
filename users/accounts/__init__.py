"""Accounts: what users can do with their own, what staff can do, and how staff find users."""
