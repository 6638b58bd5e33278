"""An invite link as a QR code."""

from functools import lru_cache
from io import BytesIO

import segno


def svg(link: str) -> bytes:
    """Returns the link as a QR code in SVG, sharp at any size."""
    picture = BytesIO()
    segno.make(link, error="m", micro=False).save(
        picture, kind="svg", scale=8, border=4, title=link, light="#fff"
    )
    return picture.getvalue()


@lru_cache(maxsize=1024)
def inline(link: str) -> str:
    """The same for a page: it fills its container and stays black on white in dark mode."""
    code = segno.make(link, error="m", micro=False)
    return code.svg_inline(border=3, omitsize=True, svgclass=None, lineclass=None, light="#fff")
