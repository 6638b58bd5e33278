"""Signing in, and sign-ins: their tokens, their browser sessions and their end."""
