"""A third language is one setting and a folder of locale/: no code changes."""

import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from config import error_pages
from tests import catalogues
from tests.conftest import ALICE
from users.models import ConfirmationCode
from users.sms import inbox

pytestmark = pytest.mark.django_db

GERMAN = {
    "Sign in": "Anmelden",
    "Not found.": "Nicht gefunden.",
    "Enter the 4 or 6 digits from the SMS.": "Geben Sie die Ziffern aus der SMS ein.",
    "Your code is %(digits)s. Do not share it.": "Ihr Code: %(digits)s. Sagen Sie ihn niemandem.",
    "The digits from the SMS.": "Die Ziffern aus der SMS.",
    "Something went wrong.": "Etwas ist schiefgegangen.",
}
IN_GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


@pytest.fixture(autouse=True)
def german(settings: Settings, tmp_path: Path) -> None:
    catalogues.write(tmp_path / "locale", "de", GERMAN)
    settings.LANGUAGES = [*settings.LANGUAGES, ("de", "German")]
    settings.LOCALE_PATHS = [tmp_path / "locale", *settings.LOCALE_PATHS]


def test_a_page_is_in_the_third_language() -> None:
    page = Client(headers=IN_GERMAN).get("/")
    assert page["Content-Language"] == "de"
    assert '<html lang="de">' in page.text
    assert "Anmelden</a>" in page.text


@pytest.mark.parametrize("path", ["/", "/sign-in/"])
def test_every_page_offers_the_third_language(
    client: Client, settings: Settings, path: str
) -> None:
    offered = re.findall(r'name="language" value="(\w+)".*?>(\w+)<', client.get(path).text)
    assert len(offered) == len(settings.LANGUAGES)
    assert offered[-1] == ("de", "Deutsch")


def test_the_third_language_stays_once_chosen(client: Client) -> None:
    assert client.post("/language/", {"language": "de", "next": "/"}).url == "/"  # type: ignore[attr-defined]
    assert '<html lang="de">' in client.get("/sign-in/").text


def test_the_api_refuses_in_the_third_language() -> None:
    api = APIClient(headers=IN_GERMAN)
    assert api.get("/api/v1/nothing/").json()["detail"] == "Nicht gefunden."
    wrong = {"phone_number": ALICE, "confirmation_code": "x"}
    refused = api.post("/api/v1/auth/token/", wrong)
    assert refused["Content-Language"] == "de"
    assert refused.json() == {"confirmation_code": ["Geben Sie die Ziffern aus der SMS ein."]}


def test_an_sms_is_in_the_third_language(settings: Settings) -> None:
    settings.SITE_HOST = "example.org"
    APIClient(headers=IN_GERMAN).post("/api/v1/auth/code/", {"phone_number": ALICE})
    [message] = inbox.messages(ALICE)
    assert ConfirmationCode.objects.get().language == "de"
    assert re.fullmatch(
        r"Ihr Code: (\d{4})\. Sagen Sie ihn niemandem\.\n\n@example\.org #\1", message.text
    )


def test_the_schema_describes_fields_in_the_third_language() -> None:
    schema = APIClient(headers=IN_GERMAN).get("/swagger.json").json()
    fields = schema["definitions"]["Confirm"]["properties"]
    assert fields["confirmation_code"]["description"] == "Die Ziffern aus der SMS."


def test_nginx_answers_in_the_third_language() -> None:
    maps = error_pages.render()
    assert r'"~*^[^,;]*\bde\b" de;' in maps
    assert '"de not_found" "Nicht gefunden.";' in maps
    assert '"de error" "Etwas ist schiefgegangen.";' in maps
