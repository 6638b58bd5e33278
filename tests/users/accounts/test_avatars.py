"""Avatars: strangers' files in, clean small pictures out."""

import json
import random
import zlib
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from struct import pack
from typing import Any
from zipfile import ZipFile, is_zipfile

import pytest
from django import conf
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import re_path
from django.views.static import serve
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from rest_framework.test import APIClient

from config import urls, wsgi
from users.accounts import avatars
from users.models import User

pytestmark = pytest.mark.django_db

ME = "/api/v1/users/me/"
NOT_A_PICTURE = {"avatar": ["Send a JPEG, PNG or WebP picture."]}
TOO_LARGE = {"avatar": ["The picture is larger than 5 MB."]}
TOO_MANY_PIXELS = {
    "avatar": ["The picture has too many pixels: a JPEG may have 16 megapixels, a PNG or WebP 6."]
}
ANIMATED = {"avatar": ["Send a picture that is not animated."]}
HTML = b"<html><script>alert(document.domain)</script></html>"
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect width="9" height="9"/></svg>'
)
RED, BLUE = (255, 0, 0), (0, 0, 255)
GPS, ORIENTATION = 0x8825, 0x0112
START_OF_SCAN = b"\xff\xda"

urlpatterns = [
    re_path("^media/(?P<path>.*)$", lambda r, path: serve(r, path, str(conf.settings.MEDIA_ROOT))),
    *urls.urlpatterns,
]


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    """Pictures are kept in a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def as_alice(as_alice: APIClient, monkeypatch: pytest.MonkeyPatch) -> APIClient:
    """Served as outside: a crash is a 500, and the request class is the server's."""
    monkeypatch.setattr("django.test.client.WSGIRequest", wsgi.Request)
    as_alice.raise_request_exception = False
    return as_alice


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any
) -> bytes:
    out = BytesIO()
    Image.new(mode, size, options.pop("color", RED)).save(out, kind, **options)
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))


def png_that_claims(width: int, height: int) -> bytes:
    """A header and no pixels: whoever decodes it runs out of data, or of memory."""
    header = chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def zipped() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("evil.html", HTML)
    return out.getvalue()


def upload(client: APIClient, content: bytes, name: str = "me.jpg") -> Any:
    """Claims that it is a JPEG."""
    file = SimpleUploadedFile(name, content, "image/jpeg")
    return client.patch(ME, {"avatar": file}, format="multipart")


def send(client: APIClient, body: Any, content_type: str, **headers: Any) -> Any:
    return client.generic("PATCH", ME, body, content_type, **headers)


def kept(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()] if media.exists() else []


def opened(media: Path) -> "Image.Image":
    [path] = kept(media)
    return Image.open(BytesIO(path.read_bytes()))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("name", ["me.jpg", "me.html", "../../me.png", "me", "я.svg", "a" * 250])
def test_a_picture_is_known_by_its_content(
    as_alice: APIClient, media: Path, kind: str, name: str
) -> None:
    response = upload(as_alice, picture(kind), name)
    assert response.status_code == 200
    [path] = kept(media)
    assert path.parent == media / "avatars"
    assert path.suffix == ".webp"
    assert response.json()["avatar"] == f"http://127.0.0.1:8000/media/avatars/{path.name}"
    assert as_alice.get(ME).json()["avatar"] == response.json()["avatar"]
    assert opened(media).format == "WEBP"


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,", "data:text/html;base64,"])
@pytest.mark.parametrize("method", ["patch", "put"])
def test_a_picture_comes_as_base64_in_json(
    as_alice: APIClient, media: Path, method: str, prefix: str
) -> None:
    body = {"avatar": prefix + b64encode(picture("PNG")).decode()}
    response = getattr(as_alice, method)(ME, body)
    assert (response.status_code, opened(media).format) == (200, "WEBP")


@pytest.mark.parametrize(
    "content",
    {
        "SVG": SVG,
        "SVG with a declaration": b'<?xml version="1.0"?>' + SVG,
        "HTML": HTML,
        "HTML after a magic number": b"\xff\xd8\xff" + HTML,
        "GIF": picture("GIF"),
        "GIF of JavaScript": b"GIF89a/*" + b"\0" * 20 + b"*/=alert(1)",
        "BMP": picture("BMP"),
        "TIFF": picture("TIFF"),
        "ICO": picture("ICO"),
        "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        "PDF": picture("PDF"),
        "zip": zipped(),
        "nothing": b"",
        "one byte": b"\xff",
        "PNG of no size": png_that_claims(0, 0),
        "PNG of a text": picture("PNG")[:33] + HTML,
        "PNG with a short header": b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0"),
        "PNG with a text bomb": picture("PNG").replace(
            b"\0\0\0\0IEND",
            chunk(b"zTXt", b"a\0\0" + zlib.compress(b"a" * 10**8)) + b"\0\0\0\0IEND",
        ),
    }.items(),
    ids=lambda named: named[0],
)
def test_anything_else_is_refused(
    as_alice: APIClient, media: Path, content: tuple[str, bytes]
) -> None:
    """The text bomb is met while reading, and its text may also be left alone."""
    in_json = as_alice.patch(ME, {"avatar": b64encode(content[1]).decode()})
    answers = [upload(as_alice, content[1], "me.png"), in_json]
    if content[0] == "PNG with a text bomb" and answers[0].status_code == 200:
        return
    assert [(a.status_code, a.json()) for a in answers] == [(400, NOT_A_PICTURE)] * 2
    assert kept(media) == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("payload", [HTML, SVG, b"<?php system($_GET[0]);", zipped()])
def test_a_file_with_two_meanings_keeps_one(
    as_alice: APIClient, media: Path, kind: str, payload: bytes
) -> None:
    hidden: dict[str, Any] = {"JPEG": {"comment": payload}, "WEBP": {"xmp": payload}}
    response = upload(as_alice, picture(kind, **hidden.get(kind, {})) + payload)
    assert response.status_code == 200
    [path] = kept(media)
    content = path.read_bytes()
    assert content[:4] == b"RIFF"
    assert content[8:12] == b"WEBP"
    assert not is_zipfile(path)
    assert not any(trace in content for trace in (b"script", b"svg", b"php", b"evil"))


def with_secrets(kind: str) -> bytes:
    """Blue above red, lying on its side, with the place where it was taken."""
    image = Image.new("RGB", (40, 60), RED)
    image.paste(BLUE, (0, 0, 20, 60))
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # turn it clockwise to see it
    exif[0x010F] = "SecretCamera"
    exif[GPS] = {1: "N", 2: (55.0, 45.0, 7.0), 3: "E", 4: (37.0, 36.0, 56.0)}
    out = BytesIO()
    image.save(out, kind, exif=exif, icc_profile=b"SecretProfile" * 20, quality=95)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_metadata_is_gone_and_the_picture_stands_upright(
    as_alice: APIClient, media: Path, kind: str
) -> None:
    sent = with_secrets(kind)
    assert Image.open(BytesIO(sent)).getexif().get_ifd(GPS)
    assert upload(as_alice, sent).status_code == 200
    image = opened(media)
    assert image.size == (60, 40)
    assert set(image.info) <= {"loop", "background", "timestamp", "duration"}
    assert not image.getexif()
    assert b"Secret" not in kept(media)[0].read_bytes()
    top, bottom = (image.convert("RGB").getpixel((30, y)) for y in (5, 35))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[2] > 200 > 50 > top[0]
    assert bottom[0] > 200 > 50 > bottom[2]


def animation(kind: str) -> bytes:
    frames = [Image.new("RGB", (20, 20), color) for color in (RED, BLUE, RED)]
    out = BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_an_animation_is_refused_by_its_header(
    as_alice: APIClient, media: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", explode)
    response = upload(as_alice, animation(kind))
    assert (response.status_code, response.json()) == (400, ANIMATED)
    assert kept(media) == []


def test_pictures_behind_a_jpeg_are_left_alone(as_alice: APIClient, media: Path) -> None:
    """Some phones write them."""
    assert upload(as_alice, animation("MPO")).status_code == 200
    assert opened(media).size == (20, 20)


def test_a_jpeg_has_sixteen_megapixels_and_stays_small(as_alice: APIClient, media: Path) -> None:
    assert upload(as_alice, picture("JPEG", (4000, 4000))).status_code == 200
    assert opened(media).size == (512, 512)


@pytest.mark.parametrize(
    ("kind", "size", "mode"),
    [
        ("JPEG", (4001, 4000), "RGB"),
        ("JPEG", (3001, 2000), "CMYK"),
        ("WEBP", (3001, 2000), "RGB"),
        ("WEBP", (3001, 2000), "RGBA"),
    ],
)
def test_other_kinds_have_their_limits_too(
    as_alice: APIClient,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    size: tuple[int, int],
    mode: str,
) -> None:
    content = picture(kind, size, mode, color=None)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", explode)
    assert upload(as_alice, content).json() == TOO_MANY_PIXELS


@pytest.mark.parametrize(("more", "status"), [(94, 200), (95, 400)])
def test_a_jpeg_has_at_most_a_hundred_scans(as_alice: APIClient, more: int, status: int) -> None:
    """Six of them are Pillow's; each costs as much as the first, and has 53 bytes."""
    content = picture("JPEG", mode="L", color=128, progressive=True)
    assert content.count(START_OF_SCAN) == 6
    last = content[content.rindex(b"\xff\xc4") : -2]
    assert upload(as_alice, content[:-2] + last * more + content[-2:]).status_code == status


def explode(*_: Any) -> None:
    raise AssertionError("decoded")


@pytest.mark.parametrize(
    ("sent", "made"),
    [
        ((600, 300), (512, 256)),
        ((300, 1200), (128, 512)),
        ((512, 512), (512, 512)),
        ((513, 1), (512, 1)),
        ((3000, 2000), (512, 341)),
        ((10, 20), (10, 20)),
        ((1, 1), (1, 1)),
        ((20_000, 1), (512, 1)),
    ],
)
def test_a_picture_is_at_most_512_pixels_wide_and_high(
    as_alice: APIClient, media: Path, sent: tuple[int, int], made: tuple[int, int]
) -> None:
    assert upload(as_alice, picture("PNG", sent)).status_code == 200
    assert opened(media).size == made


@pytest.mark.parametrize(
    ("kind", "mode", "color"),
    [
        ("PNG", "RGBA", (255, 0, 0, 0)),
        ("PNG", "LA", (255, 0)),
        ("WEBP", "RGBA", (255, 0, 0, 0)),
    ],
)
def test_transparency_is_kept(
    as_alice: APIClient, media: Path, kind: str, mode: str, color: Any
) -> None:
    assert upload(as_alice, picture(kind, mode=mode, color=color)).status_code == 200
    assert opened(media).convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    ("kind", "mode", "color"),
    [
        *(
            ("PNG", "1", 1),
            ("PNG", "L", 9),
            ("PNG", "P", 9),
            ("PNG", "I;16", 9),
        ),
        *(("JPEG", "L", 9), ("JPEG", "CMYK", (9, 9, 9, 9)), ("JPEG", "YCbCr", (9, 9, 9))),
    ],
)
def test_every_kind_of_colour_is_read(
    as_alice: APIClient, media: Path, kind: str, mode: str, color: Any
) -> None:
    assert upload(as_alice, picture(kind, mode=mode, color=color)).status_code == 200
    assert opened(media).mode == "RGB"


# Too much


@pytest.mark.parametrize(
    ("size", "answer"),
    [
        ((8000, 5000), TOO_MANY_PIXELS),
        ((3001, 2000), TOO_MANY_PIXELS),
        ((20_000, 20_000), TOO_MANY_PIXELS),
        ((2**31 - 1, 2**31 - 1), TOO_MANY_PIXELS),
        ((3000, 2000), NOT_A_PICTURE),  # may be tried, and has no pixels
    ],
)
def test_a_bomb_is_refused_by_its_header(
    as_alice: APIClient, media: Path, size: tuple[int, int], answer: dict[str, Any]
) -> None:
    response = upload(as_alice, png_that_claims(*size), "bomb.png")
    assert (response.status_code, response.json()) == (400, answer)
    assert kept(media) == []


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_bomb_of_a_hundred_megapixels_is_refused_too(as_alice: APIClient) -> None:
    """Pillow itself only warns of it."""
    response = upload(as_alice, png_that_claims(10_000, 10_000))
    assert (response.status_code, response.json()) == (400, TOO_MANY_PIXELS)


def test_a_bomb_is_refused_before_it_is_decoded(
    as_alice: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real one: 40 megapixels in 40 KB."""
    content = picture("PNG", (8000, 5000), "1", color=0)
    assert len(content) < 50_000
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", explode)
    assert upload(as_alice, content).json() == TOO_MANY_PIXELS


@pytest.mark.parametrize(
    ("size", "status"), [(avatars.LARGEST_FILE, 200), (avatars.LARGEST_FILE + 1, 400)]
)
def test_a_file_has_at_most_five_megabytes(as_alice: APIClient, size: int, status: int) -> None:
    content = picture("PNG").ljust(size, b"\0")
    in_json = as_alice.patch(ME, {"avatar": b64encode(content).decode()})
    for response in (upload(as_alice, content), in_json):
        assert response.status_code == status
        assert status == 200 or response.json() == TOO_LARGE


@pytest.mark.parametrize("kind", ["multipart", "json"])
def test_a_body_over_seven_megabytes_is_not_read(as_alice: APIClient, kind: str) -> None:
    content = b"x" * (7 * 1024 * 1024)
    file = SimpleUploadedFile("me.png", content) if kind == "multipart" else content.decode()
    response = as_alice.patch(ME, {"avatar": file}, format=kind)
    assert (response.status_code, response.json()["code"]) == (413, "payload_too_large")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.05, 0.5, 0.9])
def test_a_truncated_picture_is_refused(as_alice: APIClient, kind: str, part: float) -> None:
    noise = Image.frombytes("RGB", (64, 64), random.Random(1).randbytes(64 * 64 * 3))
    out = BytesIO()
    noise.save(out, kind)
    response = upload(as_alice, out.getvalue()[: int(len(out.getvalue()) * part)])
    assert (response.status_code, response.json()) == (400, NOT_A_PICTURE)


@pytest.mark.filterwarnings("ignore")  # Pillow's, of what it skips
def test_no_broken_file_crashes_anything() -> None:
    dice = random.Random(1)
    outcomes: set[Any] = set()
    seeds = [with_secrets(kind) for kind in avatars.FORMATS]
    for _ in range(1_500):
        broken = bytearray(dice.choice(seeds))
        for _ in range(dice.choice([1, 2, 4])):
            broken[dice.randrange(len(broken))] = dice.choice([0, 1, 255, dice.randrange(256)])
        try:
            outcomes.add(avatars.remake(ContentFile(bytes(broken))).name is not None)
        except avatars.Refused as refusal:
            outcomes.add(type(refusal))
    assert {True, avatars.NotAPicture} <= outcomes


@pytest.mark.parametrize(
    "value",
    ["", "x", "data:,", "data:image/png;base64,", "é", "AAAA", "\ud800", 1, True, [], {}, 1.5],
    ids=ascii,
)
def test_what_is_no_picture_in_json_is_refused(as_alice: APIClient, value: Any) -> None:
    response = send(as_alice, json.dumps({"avatar": value}), "application/json")
    assert (response.status_code, response.json()) == (400, NOT_A_PICTURE)


# What was there before


@pytest.mark.parametrize("removal", [{"avatar": None}, {"avatar": ""}])
def test_nothing_is_left_of_a_removed_picture(
    as_alice: APIClient,
    media: Path,
    removal: dict[str, Any],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    upload(as_alice, picture())
    kind = "json" if removal["avatar"] is None else "multipart"
    with django_capture_on_commit_callbacks(execute=True):
        response = as_alice.patch(ME, removal, format=kind)
    assert (response.status_code, response.json()["avatar"]) == (200, None)
    assert kept(media) == []
    assert as_alice.patch(ME, {"avatar": None}).status_code == 200


def test_a_new_picture_takes_the_place_of_the_old(
    as_alice: APIClient,
    media: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    upload(as_alice, picture())
    old = kept(media)
    with django_capture_on_commit_callbacks(execute=True):
        upload(as_alice, picture())
    [new] = kept(media)
    assert new not in old


def test_a_refused_picture_leaves_the_old_one(as_alice: APIClient, media: Path) -> None:
    before = upload(as_alice, picture()).json()
    assert upload(as_alice, HTML).status_code == 400
    assert as_alice.get(ME).json() == before
    assert len(kept(media)) == 1


def test_a_refused_name_keeps_no_picture(as_alice: APIClient, media: Path) -> None:
    file = SimpleUploadedFile("me.jpg", picture())
    body = {"avatar": file, "first_name": "x" * 151}
    assert as_alice.patch(ME, body, format="multipart").status_code == 400
    assert kept(media) == []


def test_a_picture_is_served_as_nothing_else(as_alice: APIClient, settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__
    url = upload(as_alice, picture()).json()["avatar"]
    response = Browser().get(url.removeprefix("http://127.0.0.1:8000"))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in response["Content-Security-Policy"]
    response.close()


# Forms


def form(disposition: bytes, content: bytes = b"x", *headers: bytes) -> bytes:
    lines = [b"--b", b"Content-Disposition: form-data; " + disposition, *headers, b"", content]
    return b"\r\n".join([*lines, b"--b--", b""])


AVATAR = b'name="avatar"; filename="me.png"'
ANNA = form(b'name="first_name"', b"Anna")


@pytest.mark.parametrize(
    ("parameters", "answer"),
    {
        "; boundary=b": "Anna",
        ";boundary=b;charset=zlib": "Anna",
        "; boundary=b; charset=no-such": "Anna",
        "; boundary=b; charset=utf-16": "Anna",
        "; charset=undefined; boundary=b": "Anna",
        ' ; boundary="b"': "Anna",
        "; boundary*=utf-8''b": "Anna",
        "": "parse_error",
        ";": "parse_error",
        "; boundary=": "parse_error",
        "; boundary=" + "b" * 5_000: "parse_error",
        "; boundary=\xe9": "parse_error",
        "; boundary=\x00": "parse_error",
        "; boundary*=no-such''b": "unsupported_media_type",
        "; boundary*=undefined''%FF": "unsupported_media_type",
        "; boundary=b; x*=no-such''y": "unsupported_media_type",
        "; boundary=b; x*=undefined''%FF": "unsupported_media_type",
    }.items(),
)
def test_a_form_is_read_in_utf_8_whatever_its_header_claims(
    as_alice: APIClient, parameters: str, answer: str
) -> None:
    response = send(as_alice, ANNA, f"multipart/form-data{parameters}")
    body = response.json()
    assert body.get("first_name", body.get("code")) == answer
    assert response.status_code == {"Anna": 200, "parse_error": 400}.get(answer, 415)


FORMS = {
    "of nothing": b"",
    "of garbage": b"x",
    "of a boundary": b"--b",
    "of an end": b"--b--",
    "cut off": ANNA[:50],
    "of bare newlines": ANNA.replace(b"\r\n", b"\n"),
    "in another codec": form(b"name*=no-such''x"),
    "in no text codec": form(b"name=\"avatar\"; filename*=zlib''x"),
    "in an undefined codec": form(b"name=\"avatar\"; filename*=undefined''%FF"),
    "with a NUL in a name": form(b'name="avatar"; filename="a\x00b.png"'),
    "with a NUL in a value": form(b'name="first_name"', b"a\x00b"),
    "with invalid UTF-8": form(b'name="first_name"', b"\xff\xed\xa0\x80"),
    "with invalid base64": form(AVATAR, b"@", b"Content-Transfer-Encoding: base64"),
    "with a file as a name": form(b'name="first_name"; filename="a.png"'),
    "with an empty file": form(b'name="avatar"; filename="a.png"', b""),
    "with a long extension": form(AVATAR[:-1] + b"x" * 800 + b'"', b"x" * 3_000_000),
    "with long headers": form(b'name="avatar"', b"x", b"X: " + b"y" * 200_000),
    "with a length of its own": form(AVATAR, b"x", b"Content-Length: -1"),
    "of 2000 fields": b"".join(form(b'name="x"')[:-7] for _ in range(2_000)) + b"--b--",
    "of 200 files": b"".join(form(b'name="x"; filename="y"')[:-7] for _ in range(200)) + b"--b--",
    "with a name of 2 MB": form(b'name="first_name"', b"x" * 2 * 1024 * 1024),
}


@pytest.mark.parametrize("body", FORMS.values(), ids=FORMS)
def test_a_strange_form_crashes_nothing(as_alice: APIClient, alice: User, body: bytes) -> None:
    response = send(as_alice, body, "multipart/form-data; boundary=b")
    assert response.status_code in (200, 400, 413)
    assert response.json()
    alice.refresh_from_db()
    assert not alice.avatar


@pytest.mark.parametrize("length", ["-1", "abc", "", "9" * 20, "9" * 5_000, "1e3"])
def test_a_wrong_length_crashes_nothing(as_alice: APIClient, length: str) -> None:
    form = "multipart/form-data; boundary=b"
    response = send(as_alice, ANNA, form, CONTENT_LENGTH=length)
    assert response.status_code in (200, 400, 413)
