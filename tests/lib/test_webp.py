"""The header of a WebP, read without decoding."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lib import webp
from lib.webp import Header


def encoded(kind: str, width: int, height: int, mode: str = "RGB", **options: object) -> bytes:
    out = BytesIO()
    Image.new(mode, (width, height)).save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize(("width", "height"), [(1, 1), (300, 7), (1, 16383), (16383, 1)])
@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("metadata", [b"", b"x"])
def test_the_size_is_read(
    width: int, height: int, lossless: bool, mode: str, metadata: bytes
) -> None:
    content = encoded("WEBP", width, height, mode, lossless=lossless, xmp=metadata)
    assert webp.read_header(content[: webp.HEADER_LENGTH]) == Header(width, height)


def test_an_animation_is_known() -> None:
    frames = [Image.new("RGB", (30, 20), color) for color in ("red", "blue")]
    out = BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    assert webp.read_header(out.getvalue()) == Header(30, 20, is_animated=True)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        encoded("PNG", 30, 20),
        encoded("WEBP", 30, 20)[: webp.HEADER_LENGTH - 1],
        b"RIFF\0\0\0\0WEBPVP9 ".ljust(30, b"\0"),
        b"RIFF\0\0\0\0WAVEVP8X".ljust(30, b"\0"),
    ],
)
def test_what_is_no_webp_has_no_header(content: bytes) -> None:
    assert webp.read_header(content) is None


@given(st.binary(min_size=14, max_size=40), st.sampled_from([b"VP8X", b"VP8L", b"VP8 "]))
def test_no_header_crashes_it(rest: bytes, kind: bytes) -> None:
    webp.read_header(b"RIFF\0\0\0\0WEBP" + kind + rest)
