"""The endpoints about people."""
