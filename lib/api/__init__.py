"""What the endpoints have in common: how they read, answer, refuse, page and document."""
