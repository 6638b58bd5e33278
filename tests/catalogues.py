"""Catalogues of translations that a test writes: no gettext is needed."""

import struct
from pathlib import Path

MAGIC, HEAD = 0x950412DE, 7 * 4  # bytes
HEADER = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"


def write(folder: Path, locale: str, messages: dict[str, str]) -> None:
    """Puts a compiled catalogue where Django looks for it, below a folder of LOCALE_PATHS."""
    place = folder / locale / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "django.mo").write_bytes(_compiled(messages))


def _compiled(messages: dict[str, str]) -> bytes:
    """As the manual of GNU gettext has it: "The Format of GNU MO Files"."""
    pairs = sorted({"": HEADER, **messages}.items())
    texts = [text.encode() for column in zip(*pairs, strict=True) for text in column]
    offset = start = HEAD + 8 * len(texts)
    places = b""
    for text in texts:
        places += struct.pack("<2I", len(text), offset)
        offset += len(text) + 1
    head = struct.pack("<7I", MAGIC, 0, len(pairs), HEAD, HEAD + 4 * len(texts), 0, start)
    return head + places + b"".join(text + b"\0" for text in texts)
