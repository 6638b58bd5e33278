"""Phone numbers shown in part, because others may see the screen or read the logs."""


def mask(name: str | None) -> str:
    """Hides all but the first digit and the last four: +7••••••4567."""
    if not name:
        return "—"
    return name[:2] + "•" * (len(name) - 6) + name[-4:]
