"""The examples of the README: one block for each operation, and always the same text."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from rest_framework.test import APIClient

from tests.examples import readme
from tests.examples.markdown import as_http, title
from tests.examples.recording import Exchange
from tests.examples.stand_ins import StandIns

NOON = datetime(2030, 5, 6, 12, tzinfo=UTC)
SITE = "http://127.0.0.1:45123"


@pytest.fixture
def summaries(api: APIClient) -> dict[str, str]:
    return readme.operations(api.get("/swagger.json").json())


def exchange(method: str, path: str, status: int, text: str = "", **received: str) -> Exchange:
    return Exchange(method, path, {}, "", status, httpx.Headers(received), text)


def stand_ins(*answers: str) -> StandIns:
    return StandIns(SITE, [NOON, NOON + timedelta(seconds=1)], answers)


def test_every_operation_has_an_example(summaries: dict[str, str]) -> None:
    """After a change: `make run` on a fresh database, then `make examples`."""
    examples = readme.examples_of(readme.README.read_text())
    expected = [title(operation, summary) for operation, summary in summaries.items()]
    assert [one for one in expected if one not in examples] == []
    assert examples.count("<summary>") == len(expected)


def test_an_operation_that_the_story_does_not_use_stops_the_command() -> None:
    with pytest.raises(SystemExit, match="GET nowhere/"):
        readme.write({"GET nowhere/": "Nothing"}, [], stand_ins())


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        ("/api/v1/users/?search=x", "GET users/"),
        ("/api/v1/users/7/", "GET users/{id}/"),
        ("/api/v1/users/me/", "GET users/me/"),
    ],
)
def test_an_exchange_belongs_to_one_operation(path: str, operation: str) -> None:
    operations = ["GET users/", "GET users/{id}/", "GET users/me/", "POST users/"]
    assert list(readme.by_operation([exchange("GET", path, 200)], operations)) == [operation]


def test_the_first_answer_of_each_status_is_shown_and_refusals_last() -> None:
    played = [
        exchange("GET", f"/api/v1/users/?n={n}", status)
        for n, status in [(1, 403), (2, 200), (3, 200)]
    ]
    [shown] = readme.by_operation(played, ["GET users/"]).values()
    assert [one.path[-1] for one in shown] == ["2", "1"]


@pytest.mark.parametrize(
    ("drawn", "stand_in"),
    [
        (f"{SITE}/i/AAAAA2/", "http://127.0.0.1:8000/i/KMKWS2/"),
        ("BBBBB3 AAAAA2", "7QH4ZD KMKWS2"),
        ("#1234 is for +79991234567", "#7634 is for +79991234567"),
        ("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbl90.m_CIt745", "eyJhbGciOi…"),
        ("2030-05-06T12:00:00.250000Z", "2026-11-21T09:17:05.480215Z"),
        ("2030-05-06T12:00:01.250Z", "2026-11-21T09:17:10.480Z"),
        ("2030-05-06T12:05:00.250000Z", "2026-11-21T09:22:05.480215Z"),
        ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
        ("2030-05-05", "2026-11-20"),
        ("/media/avatars/d41d8cd98f.webp", "/media/avatars/6f0c2a91.webp"),
        ("?cursor=W2ZhbHNlLFsiMjAyNi0xMS0%3A1xW2&page_size=1", "?cursor=W2ZhbHNlLF…&page_size=1"),
        ("?cursor=made-up", "?cursor=made-up"),
    ],
)
def test_what_differs_between_two_runs_has_a_stand_in(drawn: str, stand_in: str) -> None:
    answers = '{"invite_code": "AAAAA2"}', '{"invite_code":"BBBBB3","confirmation_code":"1234"}'
    assert stand_ins(*answers).put_into(drawn) == stand_in


def test_an_exchange_is_laid_out() -> None:
    refusal = exchange(
        "GET", "/api/v1/users/", 429, '{"code":"throttled"}', **{"Retry-After": "58"}
    )
    assert as_http(refusal, stand_ins()) == (
        "GET /api/v1/users/ HTTP/1.1\n\n"
        "HTTP/1.1 429 Too Many Requests\nRetry-After: 60\n\n"
        '{"code": "throttled"}'
    )


def test_only_the_examples_of_the_readme_are_written() -> None:
    before = "Above\n<!-- examples -->\nold\n<!-- /examples -->\nBelow\n"
    after = readme.with_examples(before, "new")
    assert after == "Above\n<!-- examples -->\nnew\n<!-- /examples -->\nBelow\n"
    assert readme.examples_of(after) == "new"
