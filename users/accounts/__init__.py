"""Accounts: what users do with their own, what staff do with others', how they are found."""
