"""The simulated phone: what was sent, newest first, as HTML or as JSON."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings
from time_machine import Traveller

from tests.conftest import ALICE, BOB, ask
from users import sms
from users.sms.inbox import Message

pytestmark = pytest.mark.django_db

INBOX = "/dev/sms/"
JSON = {"Accept": "application/json"}


def received(client: Client, **query: str) -> list[str]:
    messages = client.get(INBOX, query, headers=JSON).json()["messages"]
    return [message["text"] for message in messages]


def test_a_code_arrives_with_its_digits(client: Client, clock: Traveller) -> None:
    code = ask(ALICE)
    response = client.get(INBOX, headers=JSON)
    assert (response.status_code, response.json()) == (
        200,
        {
            "messages": [
                {
                    "phone_number": ALICE,
                    "text": f"Your code is {code}. Do not share it.\n\n@127.0.0.1 #{code}",
                    "confirmation_code": code,
                    "sent_at": "2026-11-21T09:00:00.000Z",
                }
            ]
        },
    )


def test_a_browser_is_shown_a_page(client: Client) -> None:
    code = ask(ALICE)
    response = client.get(INBOX, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert ALICE in response.text
    assert f"#{code}" in response.text


def test_an_empty_inbox_is_a_page_and_a_list(client: Client) -> None:
    assert client.get(INBOX).status_code == 200
    assert received(client) == []


def test_a_message_without_a_code_has_none(client: Client) -> None:
    sms.send(ALICE, "Good morning")
    [message] = client.get(INBOX, headers=JSON).json()["messages"]
    assert message["confirmation_code"] is None


def test_the_newest_comes_first(client: Client) -> None:
    for text in ("first", "second", "third"):
        sms.send(ALICE, text)
    assert received(client) == ["third", "second", "first"]


@pytest.mark.parametrize("spelling", [ALICE, "8 (999) 000-00-01", "tel:+7-999-000-00-01"])
def test_a_phone_is_found_by_any_spelling(client: Client, spelling: str) -> None:
    sms.send(ALICE, "to Alice")
    sms.send(BOB, "to Bob")
    assert received(client, phone_number=spelling) == ["to Alice"]


@pytest.mark.parametrize("spelling", ["123", "x", "\x00", "9" * 400])
def test_what_is_not_a_phone_number_has_received_nothing(client: Client, spelling: str) -> None:
    sms.send(ALICE, "to Alice")
    assert received(client, phone_number=spelling) == []
    assert client.get(INBOX, {"phone_number": spelling}).status_code == 200


def test_the_last_thousand_messages_are_kept(
    client: Client, phones: Callable[[], list[Message]]
) -> None:
    for number in range(1003):
        sms.send(ALICE, f"number {number}")
    kept = received(client)
    assert (len(kept), kept[0], kept[-1]) == (1000, "number 1002", "number 3")
    assert len(phones()) == 1000


def test_what_was_sent_is_never_markup(client: Client) -> None:
    sms.send(ALICE, "<script>alert(1)</script>")
    page = client.get(INBOX, {"phone_number": '"><script>alert(2)</script>'}).text
    page += client.get(INBOX).text
    assert "alert(1)" in page
    assert "alert(2)" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(("name", "value"), [("SMS_INBOX", False), ("SMS_GATEWAY", "smsaero")])
def test_there_is_no_inbox_outside_the_simulation(
    client: Client, settings: Settings, name: str, value: bool | str
) -> None:
    setattr(settings, name, value)
    assert client.get(INBOX).status_code == 404
    assert client.get(INBOX, headers=JSON).status_code == 404


def test_the_inbox_is_read_only(client: Client) -> None:
    assert client.post(INBOX).status_code == 405


def test_the_page_shows_the_last_hundred(client: Client) -> None:
    for number in range(102):
        sms.send(ALICE, f"number {number}.")
    page = client.get(INBOX).text
    assert "number 101." in page
    assert "number 1." not in page
    assert len(received(client)) == 102


def test_the_inbox_shows_no_notice_of_the_page_before(client: Client) -> None:
    ask(ALICE)
    assert "notice" not in client.get(INBOX).text


def test_an_inbox_out_of_reach_is_reported_in_words(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.SMS_INBOX_FILE = tmp_path  # a folder
    response = client.get(INBOX)
    assert response.status_code == 503
    assert "The inbox is out of reach." in response.text
