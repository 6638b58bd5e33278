"""What a WebP says about itself in its first bytes, before anything is decoded (RFC 9649)."""

from typing import NamedTuple

HEADER_LENGTH = 30  # bytes
ANIMATION = 0b10  # of the flags


class Header(NamedTuple):
    width: int
    height: int
    is_animated: bool = False


def read_header(content: bytes) -> Header | None:
    """Reads HEADER_LENGTH bytes; None if they do not begin a WebP."""
    if len(content) < HEADER_LENGTH or content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return None
    reader = {b"VP8X": _extended, b"VP8L": _lossless, b"VP8 ": _lossy}.get(content[12:16])
    return reader(content) if reader else None


def _extended(content: bytes) -> Header:
    width, height = _number(content[24:27]) + 1, _number(content[27:30]) + 1
    return Header(width, height, bool(content[20] & ANIMATION))


def _lossless(content: bytes) -> Header:
    bits = _number(content[21:25])
    return Header((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)


def _lossy(content: bytes) -> Header:
    return Header(_number(content[26:28]) & 0x3FFF, _number(content[28:30]) & 0x3FFF)


def _number(content: bytes) -> int:
    return int.from_bytes(content, "little")
