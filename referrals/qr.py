"""An invite link as a picture that a phone reads."""

from io import BytesIO

import segno


def svg(link: str) -> bytes:
    """Returns the link as a QR code in SVG, sharp at any size."""
    picture = BytesIO()
    segno.make(link, error="m", micro=False).save(
        picture, kind="svg", scale=8, border=4, title=link, light="#fff"
    )
    return picture.getvalue()
