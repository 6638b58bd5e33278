"""Every answer carries the id that its log lines have."""

import re
import uuid

import pytest
from celery import current_app
from django.test import Client
from django_guid import clear_guid, get_guid, set_guid
from pytest_django import Settings

from users.confirmation import delivery

pytestmark = pytest.mark.django_db

GIVEN = "6f1c2d3e4b5a49788c9dabcdef012345"
OURS = re.compile(r"[0-9a-f]{32}")


def answered(client: Client, path: str = "/healthz/", given: str | None = None) -> str:
    headers = {} if given is None else {"X-Request-ID": given}
    return str(client.get(path, headers=headers)["X-Request-ID"])


@pytest.mark.parametrize(
    "path", ["/", "/healthz/", "/nowhere/", "/api/v1/nowhere/", "/api/v1/users/me/", "/admin/"]
)
def test_every_answer_has_an_id_of_its_own(client: Client, path: str) -> None:
    first, second = answered(client, path), answered(client, path)
    assert OURS.fullmatch(first)
    assert OURS.fullmatch(second)
    assert first != second


def test_a_host_that_is_not_ours_and_a_crash_have_one(client: Client, settings: Settings) -> None:
    refused = client.get("/", headers={"Host": "evil.example"})
    assert (refused.status_code, bool(OURS.fullmatch(refused["X-Request-ID"]))) == (400, True)
    client.raise_request_exception = False
    settings.SMS_INBOX_FILE = None  # which never happens in practice
    crashed = client.get("/dev/sms/")
    assert (crashed.status_code, bool(OURS.fullmatch(crashed["X-Request-ID"]))) == (500, True)


def test_the_id_that_a_client_names_is_ignored(client: Client) -> None:
    assert answered(client, given=GIVEN) != GIVEN


@pytest.mark.parametrize("given", [GIVEN, str(uuid.UUID(GIVEN))])
def test_the_id_that_our_proxy_names_is_kept(
    client: Client, settings: Settings, given: str
) -> None:
    settings.TRUSTED_PROXIES = 1
    assert answered(client, given=given) == given
    assert get_guid() is None


@pytest.mark.parametrize(
    "given",
    [
        *("", "x", "79991234567", GIVEN[:-1], GIVEN + "0", GIVEN.upper(), f"{{{GIVEN}}}"),
        *(f"urn:uuid:{GIVEN}", "-" * 5000 + GIVEN, GIVEN[:8] + "-" + GIVEN[8:], "１" * 32),
        f"{GIVEN}\x00",
    ],
    ids=lambda given: ascii(given)[:20],
)
def test_an_id_that_is_not_a_uuid_is_replaced(
    client: Client, settings: Settings, given: str
) -> None:
    settings.TRUSTED_PROXIES = 1
    assert OURS.fullmatch(answered(client, given=given))
    assert answered(client, given=given) != given


def test_a_task_carries_the_id() -> None:
    with current_app.connection_for_write("memory://") as connection:
        set_guid(GIVEN)
        delivery.deliver.apply_async((1,), connection=connection)
        clear_guid()
        queue = connection.SimpleQueue("celery")
        published = queue.get(timeout=1).headers
        queue.close()
    assert published["X-Request-ID"] == GIVEN
