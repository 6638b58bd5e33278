"""The front page: the first thing a person does there, and what a developer copies."""

import json
import shlex
from html import unescape
from re import DOTALL, findall
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.administration import received
from tests.browsers import browser_of, text
from users.models import User

pytestmark = pytest.mark.django_db

NUMBER = "+79991234567"
LINKS = ["/redoc/", "/swagger/", "/swagger.json", "/postman.json", "/dev/sms/", "/admin/"]


def examples(client: Client) -> list[list[str]]:
    """The arguments of each curl."""
    blocks = findall(r"<code>(curl .*?)</code>", client.get("/").text, DOTALL)
    return [shlex.split(unescape(block).replace("\\\n", "")) for block in blocks]


def run(client: Client, curl: list[str]) -> dict[str, Any]:
    """What the example would have done."""
    address = next(word for word in curl if word.startswith("http"))
    headers = dict(curl[n + 1].split(": ") for n, word in enumerate(curl) if word == "-H")
    path = address.removeprefix("http://127.0.0.1:8000")
    if "-d" not in curl:
        response = client.get(path, headers=headers)
    else:
        body = curl[curl.index("-d") + 1]
        kind = headers.pop("Content-Type")
        response = client.post(path, json.loads(body), content_type=kind, headers=headers)
    assert response.status_code < 300, response.text
    return dict(response.json())


def test_a_newcomer_is_asked_to_sign_in(client: Client) -> None:
    page = client.get("/")
    assert '<a class="button" href="/sign-in/">Sign in</a>' in page.text
    assert "no-store" not in page.headers.get("Cache-Control", "")


def test_a_signed_in_user_is_led_to_their_profile(alice: User) -> None:
    page = browser_of(alice).get("/")
    assert '<a class="button" href="/profile/">Your profile</a>' in page.text
    assert 'class="button" href="/sign-in/"' not in page.text


@pytest.mark.parametrize("path", LINKS)
def test_everything_is_a_click_away(client: Client, path: str) -> None:
    assert f'href="{path}"' in client.get("/").text
    assert client.get(path, follow=True).status_code == 200


def test_the_examples_work_one_after_another(client: Client) -> None:
    ask, read, trade, profile, activate = examples(client)
    run(client, ask)
    code = received(NUMBER)
    [message] = run(client, read)["messages"]
    assert message["confirmation_code"] == code
    access = run(client, [word.replace("0427", code) for word in trade])["access"]
    mine = run(client, [word.replace("ACCESS", access) for word in profile])
    assert mine["phone_number"] == NUMBER
    bring_another(client, [ask, trade, activate], mine["invite_code"])
    mine = run(client, [word.replace("ACCESS", access) for word in profile])
    assert mine["invited_users"] == ["+79990000001"]


def bring_another(client: Client, steps: list[list[str]], invite_code: str) -> None:
    ask, trade, activate = (
        [word.replace(NUMBER, "+79990000001") for word in step] for step in steps
    )
    run(client, ask)
    code = received("+79990000001")
    access = run(client, [word.replace("0427", code) for word in trade])["access"]
    run(
        client,
        [word.replace("ACCESS", access).replace("A2B3C4", invite_code) for word in activate],
    )


def test_the_examples_name_the_site_and_not_the_host(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    page = client.get("/", headers={"Host": "elsewhere.example"})
    assert "elsewhere.example" not in page.text
    assert "curl http://127.0.0.1:8000/api/v1/auth/code/" in page.text


def test_without_the_simulated_phone_the_page_does_not_mention_it(
    client: Client, settings: Settings
) -> None:
    settings.SMS_INBOX = False
    page = client.get("/")
    assert "/dev/sms/" not in page.text
    assert "simulated" not in page.text
    assert "Read the SMS" in page.text


def test_the_front_page_speaks_russian(client: Client) -> None:
    page = client.get("/", headers={"Accept-Language": "ru"})
    assert '<html lang="ru">' in page.text
    assert "Войти" in text(page)


def test_the_collection_is_aimed_at_this_site(client: Client, settings: Settings) -> None:
    settings.SITE_URL = "https://example.org"
    response = client.get("/postman.json")
    variables = {each["key"]: each["value"] for each in response.json()["variable"]}
    assert variables["base_url"] == "https://example.org"
    assert response["Content-Disposition"] == (
        'attachment; filename="ReferralSystem.postman_collection.json"'
    )
    assert client.post("/postman.json").status_code == 405
