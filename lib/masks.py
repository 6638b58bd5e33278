"""Names of people shown in part: somebody looks over a shoulder, and logs are read by many."""


def mask(name: str | None) -> str:
    """Hides all but the first digit and the last four: +7••••••4567."""
    if not name:
        return "—"
    return name[:2] + "•" * (len(name) - 6) + name[-4:]
