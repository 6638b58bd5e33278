"""Names, e-mail and picture in a browser: the limits of the API, in the words of a form."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from tests.browsers import browser_of, told
from tests.users.accounts.test_avatars import HTML, kept, picture, png_that_claims
from users.accounts import avatars
from users.models import User

pytestmark = pytest.mark.django_db

SETTINGS = "/settings/"
PAGES = [SETTINGS, *(f"{SETTINGS}{name}/" for name in ("phone", "sign-ins", "account"))]
NOT_A_PICTURE = "Send a JPEG, PNG or WebP picture."


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def client(alice: User) -> Client:
    """Alice's browser."""
    return browser_of(alice)


def file(content: bytes, name: str = "me.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


def send(client: Client, **fields: Any) -> Any:
    """The form as a browser sends it: every field, the empty ones too."""
    blank = {"first_name": "", "last_name": "", "email": ""}
    return client.post(SETTINGS, {**blank, **fields})


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200
    return {name: list(said) for name, said in response.context["form"].errors.items()}


def test_names_and_e_mail_are_saved(client: Client, alice: User) -> None:
    answer = send(client, first_name=" Алиса ", last_name="Liddell", email="alice@example.com")
    assert (answer.status_code, answer["Location"]) == (302, SETTINGS)
    alice.refresh_from_db()
    assert (alice.first_name, alice.last_name) == ("Алиса", "Liddell")
    assert alice.email == "alice@example.com"
    page = client.get(SETTINGS)
    assert told(page) == ["Saved."]
    assert 'value="Liddell"' in page.text


def test_an_emptied_field_is_cleared(client: Client, alice: User) -> None:
    send(client, first_name="Alice", email="alice@example.com")
    send(client, first_name="Alice")
    alice.refresh_from_db()
    assert (alice.first_name, alice.email) == ("Alice", "")


def test_only_what_was_changed_is_written(client: Client, alice: User) -> None:
    """Another tab, or the API, may have saved the rest meanwhile."""
    User.objects.filter(pk=alice.pk).update(last_name="Liddell")
    client.post(SETTINGS, {"first_name": "Alice", "last_name": "Liddell", "email": ""})
    alice.refresh_from_db()
    assert (alice.first_name, alice.last_name) == ("Alice", "Liddell")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("first_name", "x" * 151, "Ensure this value has at most 150 characters (it has 151)."),
        ("last_name", "x" * 151, "Ensure this value has at most 150 characters (it has 151)."),
        ("first_name", "a\x00b", "Null characters are not allowed."),
        ("email", "a\x00b@example.com", "Null characters are not allowed."),
        ("email", "nobody", "Enter a valid email address."),
        ("email", "a@b", "Enter a valid email address."),
    ],
)
def test_the_form_refuses_what_the_api_refuses(
    client: Client, alice: User, field: str, value: str, said: str
) -> None:
    assert said in errors(send(client, **{field: value}))[field]
    alice.refresh_from_db()
    assert getattr(alice, field) == ""


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_and_shown(client: Client, media: Path, kind: str) -> None:
    assert send(client, avatar=file(picture(kind))).status_code == 302
    [path] = kept(media)
    assert f'src="/media/avatars/{path.name}"' in client.get(SETTINGS).text


def test_a_new_name_leaves_the_picture(client: Client, media: Path) -> None:
    send(client, avatar=file(picture()))
    send(client, first_name="Alice")
    assert len(kept(media)) == 1


def test_a_picture_is_removed(
    client: Client,
    alice: User,
    media: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    send(client, avatar=file(picture()))
    with django_capture_on_commit_callbacks(execute=True):
        send(client, **{"avatar-clear": "on"})
    alice.refresh_from_db()
    assert (alice.avatar.name, kept(media)) == ("", [])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", NOT_A_PICTURE),
        (HTML, NOT_A_PICTURE),
        (picture("GIF"), NOT_A_PICTURE),
        (
            picture().ljust(avatars.LARGEST_FILE + 1, b"\0"),
            "The picture is larger than 5 MB.",
        ),
        (
            png_that_claims(8000, 5000),
            "The picture has too many pixels: a JPEG may have 16 megapixels, a PNG or WebP 6.",
        ),
    ],
    ids=["empty", "html", "gif", "large", "bomb"],
)
def test_a_picture_is_judged_as_the_api_judges_it(
    client: Client, media: Path, content: bytes, said: str
) -> None:
    page = send(client, first_name="Alice", avatar=file(content))
    assert errors(page) == {"avatar": [said]}
    assert kept(media) == []


def test_a_refusal_keeps_the_earlier_picture(client: Client, media: Path) -> None:
    send(client, avatar=file(picture()))
    page = send(client, avatar=file(HTML))
    [path] = kept(media)
    assert path.name in page.text


def test_a_body_over_seven_megabytes_is_a_page(client: Client) -> None:
    answer = client.post(
        SETTINGS, {"avatar": file(b"x" * 7 * 1024 * 1024)}, headers={"Referer": SETTINGS}
    )
    assert answer.status_code == 413
    assert "That was too large" in answer.text


def test_a_long_file_name_is_accepted(client: Client, media: Path) -> None:
    name = "me." + "x" * 800
    assert send(client, avatar=file(picture().ljust(3_000_000, b"\0"), name)).status_code == 302
    assert len(kept(media)) == 1


@pytest.mark.parametrize("path", PAGES)
def test_the_settings_pages_link_to_one_another(client: Client, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    for other in PAGES:
        assert f'href="{other}"' in page.text
    assert f'href="{path}" aria-current="page"' in page.text
    assert page.text.count("<h1") == 1


@pytest.mark.parametrize("path", [*PAGES, f"{SETTINGS}phone/code/", f"{SETTINGS}account/data.json"])
def test_a_visitor_is_sent_to_sign_in(path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/sign-in/?next={path}")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("path", [*PAGES, f"{SETTINGS}phone/code/"])
def test_a_form_of_another_site_is_refused(alice: User, path: str) -> None:
    client = browser_of(alice, enforce_csrf_checks=True)
    answer = client.post(path, {"first_name": "Mallory", "agreed": "on", "others": "1"})
    assert answer.status_code == 403
    alice.refresh_from_db()
    assert (alice.first_name, alice.closed_at) == ("", None)


@pytest.mark.parametrize("path", PAGES)
def test_the_settings_speak_russian(client: Client, path: str) -> None:
    assert 'lang="ru"' in client.get(path, headers={"Accept-Language": "ru"}).text


@pytest.mark.parametrize("path", [SETTINGS, f"{SETTINGS}account/"])
def test_a_page_costs_the_session_and_the_sign_in(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, path: str
) -> None:
    with django_assert_num_queries(2):
        client.get(path)


def test_saving_costs_what_it_must(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(6):  # the two, then savepoint, lock, update, release
        send(client, first_name="Alice")


def test_a_user_signed_in_by_password_uses_the_settings_too() -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("+79990000007"))
    assert [client.get(path).status_code for path in PAGES] == [200, 302, 200, 200]
    assert send(client, first_name="Root").status_code == 302
    assert User.objects.get().first_name == "Root"
