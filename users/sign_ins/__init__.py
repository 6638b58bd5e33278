"""Signing in, and the sign-in that follows: its tokens, its browser session, its end."""
