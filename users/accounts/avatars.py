"""Pictures of people: judged by their content, made small, and written anew.

What comes in is a stranger's file. What is kept is pixels and nothing else: no
metadata, no second meaning as a script or an archive.
"""

import secrets
from io import BytesIO
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

LARGEST_FILE = 5 * 1024 * 1024  # bytes
MOST_PIXELS = 16_000_000  # a 40-megapixel PNG of 165 KB takes 156 MB to decode
SIDE = 512  # pixels, of what is kept
FORMATS = ["JPEG", "PNG", "WEBP"]


class Refused(ValueError):
    """The file cannot be an avatar; `message` tells the person why."""

    message: "StrPromise"


class NotAPicture(Refused):
    message = _("Send a JPEG, PNG or WebP picture.")


class TooLarge(Refused):
    message = _("The picture is larger than 5 MB.")


class TooManyPixels(Refused):
    """Decoding it would take too much memory."""

    message = _("The picture has more than 16 megapixels.")


def remake(file: "File[bytes]") -> "ContentFile[bytes]":
    """Returns the picture as a WebP of at most 512 × 512 pixels, under a random name.

    Raises NotAPicture, TooLarge or TooManyPixels.
    """
    if (file.size or 0) > LARGEST_FILE:
        raise TooLarge
    try:
        pixels = _decoded(file)
    except (TooManyPixels, Image.DecompressionBombError) as error:
        raise TooManyPixels from error
    except Exception as error:  # of a broken file Pillow raises whatever it stumbles over
        raise NotAPicture from error
    return ContentFile(_encoded(pixels), name=f"{secrets.token_urlsafe(16)}.webp")


def _decoded(file: "File[bytes]") -> Image.Image:
    picture: Image.Image = Image.open(file, formats=FORMATS)
    if picture.width * picture.height > MOST_PIXELS:
        raise TooManyPixels
    picture = ImageOps.exif_transpose(picture)
    picture.thumbnail((SIDE, SIDE))
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _encoded(picture: Image.Image) -> bytes:
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    out = BytesIO()
    clean.save(out, "WEBP", quality=85)
    return out.getvalue()
