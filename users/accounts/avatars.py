"""Pictures of people: judged by their content, made small, and written anew.

What comes in is a stranger's file. What is kept is pixels and nothing else: no
metadata, no second meaning as a script or an archive.
"""

import secrets
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from lib import webp

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

LARGEST_FILE = 5 * 1024 * 1024  # bytes
# What decoding takes a pixel, at worst: 6 bytes of a JPEG, 8 of a PNG, 16 of a WebP.
MOST_PIXELS = 6_000_000
MOST_PIXELS_OF_A_JPEG = 16_000_000  # what phones take
MOST_SCANS_OF_A_JPEG = 100  # cameras write 1 to 10; 1,000 in a file of 113 KB take 15 s
SIDE = 512  # pixels, of what is kept
FORMATS = ["JPEG", "PNG", "WEBP"]
# One thread decodes all pictures of a process, one after the other: parallel requests would add
# up, and each thread keeps memory that it has once used (an arena of malloc).
DECODER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="avatars")


class Refused(ValueError):
    """The file cannot be an avatar; `message` tells the person why."""

    message: "StrPromise"


class NotAPicture(Refused):
    message = _("Send a JPEG, PNG or WebP picture.")


class TooLarge(Refused):
    message = _("The picture is larger than 5 MB.")


class TooManyPixels(Refused):
    """Decoding it would take too much memory."""

    message = _("The picture has too many pixels: a JPEG may have 16 megapixels, a PNG or WebP 6.")


class Animated(Refused):
    message = _("Send a picture that is not animated.")


def remake(file: "File[bytes]") -> "ContentFile[bytes]":
    """Returns the picture as a WebP of at most 512 × 512 pixels, under a random name.

    Raises NotAPicture, TooLarge, TooManyPixels or Animated. Waits while the process
    decodes another picture.
    """
    if (file.size or 0) > LARGEST_FILE:
        raise TooLarge
    try:
        content = DECODER.submit(lambda: _encoded(_decoded(file))).result()
    except Refused:
        raise
    except Image.DecompressionBombError as error:
        raise TooManyPixels from error
    except Exception as error:  # of a broken file Pillow raises whatever it stumbles over
        raise NotAPicture from error
    return ContentFile(content, name=f"{secrets.token_urlsafe(16)}.webp")


def _decoded(file: "File[bytes]") -> Image.Image:
    """The picture, small and upright; what is too large is refused by its header."""
    _judge_webp(file)
    picture: Image.Image = Image.open(file, formats=FORMATS)
    if picture.format in ("JPEG", "MPO"):  # MPO: a JPEG with further pictures behind it
        _judge_jpeg(picture, file)
    elif getattr(picture, "is_animated", False):
        raise Animated
    elif picture.width * picture.height > MOST_PIXELS:
        raise TooManyPixels
    picture.thumbnail((SIDE, SIDE))  # before anything else reads pixels: a JPEG is decoded small
    ImageOps.exif_transpose(picture, in_place=True)
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _judge_webp(file: "File[bytes]") -> None:
    """Pillow takes memory for all pixels of a WebP as soon as it opens it."""
    file.seek(0)
    header = webp.read_header(file.read(webp.HEADER_LENGTH))
    file.seek(0)
    if header and header.is_animated:
        raise Animated
    if header and header.width * header.height > MOST_PIXELS:
        raise TooManyPixels


def _judge_jpeg(picture: Image.Image, file: "File[bytes]") -> None:
    # A JPEG in several scans takes 2 bytes for each colour of a pixel, and CMYK has four.
    most = MOST_PIXELS if picture.mode == "CMYK" else MOST_PIXELS_OF_A_JPEG
    if picture.width * picture.height > most:
        raise TooManyPixels
    at = file.tell()
    file.seek(0)
    if file.read().count(b"\xff\xda") > MOST_SCANS_OF_A_JPEG:
        raise NotAPicture
    file.seek(at)


def _encoded(picture: Image.Image) -> bytes:
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    out = BytesIO()
    clean.save(out, "WEBP", quality=85)
    return out.getvalue()
