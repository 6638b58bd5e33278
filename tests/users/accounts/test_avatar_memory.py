"""How much memory avatars take, uploaded side by side: measured in a process of their own."""

import os
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from PIL import Image

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")

MOST = 150  # MB above idle
UPLOADS = 8
# ru_maxrss would begin at the peak of the process that started this one.
PROGRAM = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import django
django.setup()
from django.core.files.base import ContentFile
from users.accounts import avatars

def peak():
    [line] = [l for l in open("/proc/self/status") if l.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024

def upload(content):
    try:
        avatars.remake(ContentFile(content))
    except avatars.Refused as refused:
        return type(refused).__name__
    return "accepted"

for small in Path(sys.argv[1]).glob("small.*"):
    upload(small.read_bytes())
content, idle = Path(sys.argv[2]).read_bytes(), peak()
with ThreadPoolExecutor(int(sys.argv[3])) as people:
    outcomes = set(people.map(upload, [content] * int(sys.argv[3])))
print(*outcomes, peak() - idle)
"""


def picture(kind: str, size: tuple[int, int], mode: str, **options: Any) -> bytes:
    """Noise in stripes: nothing that a decoder could leave out."""
    stripe = Image.frombytes("L", (size[0], 8), Random(1).randbytes(size[0] * 8)).convert(mode)
    image = Image.new(mode, size)
    for top in range(0, size[1], 200):
        image.paste(stripe, (0, top))
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def animated_webp(side: int) -> bytes:
    """Two pictures of one pixel on a canvas that its header makes large."""
    out = BytesIO()
    one, two = Image.new("RGB", (1, 1)), Image.new("RGB", (1, 1), "red")
    one.save(out, "WEBP", save_all=True, append_images=[two])
    content = bytearray(out.getvalue())
    content[24:30] = (side - 1).to_bytes(3, "little") * 2
    return bytes(content)


WORST: dict[str, tuple[Callable[[], bytes], str]] = {
    "animated WebP": (lambda: animated_webp(4000), "Animated"),
    "WebP": (lambda: picture("WEBP", (3000, 2000), "RGBA", lossless=True), "accepted"),
    "PNG": (lambda: picture("PNG", (3000, 2000), "RGBA"), "accepted"),
    "PNG too large": (lambda: picture("PNG", (4000, 4000), "RGBA"), "TooManyPixels"),
    "CMYK": (lambda: picture("JPEG", (3000, 2000), "CMYK", progressive=True), "accepted"),
    "JPEG": (
        lambda: picture("JPEG", (4000, 4000), "RGB", progressive=True, subsampling=0),
        "accepted",
    ),
}


@pytest.mark.parametrize("kind", WORST)
def test_eight_of_the_worst_pictures_fit_into_150_mb(tmp_path: Path, kind: str) -> None:
    for name in ("JPEG", "PNG", "WEBP"):
        (tmp_path / f"small.{name}").write_bytes(picture(name, (9, 9), "RGB"))
    make, expected = WORST[kind]
    (tmp_path / "worst").write_bytes(make())
    program = [sys.executable, "-W", "ignore", "-c", PROGRAM]
    told = subprocess.run(
        [*program, str(tmp_path), str(tmp_path / "worst"), str(UPLOADS)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    outcome, above_idle = told.stdout.split()
    assert outcome == expected
    assert float(above_idle) < MOST
