class NotSent(Exception):
    """The gateway did not take the SMS."""
