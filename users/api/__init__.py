"""The endpoints about users."""
