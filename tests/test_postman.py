"""The Postman collection keeps up with the schema; `make postman` runs it."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from tests.examples.readme import operations

FILE = settings.BASE_DIR / "ReferralSystem.postman_collection.json"


def in_folder(folder: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in folder["item"]:
        yield from in_folder(item) if "item" in item else [item]


@pytest.fixture
def items() -> list[dict[str, Any]]:
    return list(in_folder(json.loads(FILE.read_text())))


def operation_of(request: dict[str, Any]) -> str:
    path = "/".join(request["url"]["path"]).removeprefix("api/v1/")
    return f"{request['method']} {re.sub('{{.+?}}', '{id}', path)}"


def test_every_operation_is_sent_and_its_success_is_saved(
    api: APIClient, items: list[dict[str, Any]]
) -> None:
    successful = {
        operation_of(item["request"])
        for item in items
        if any(saved["code"] < 300 for saved in item["response"])
    }
    assert operations(api.get("/swagger.json").json()).keys() - successful == set()


def test_a_script_that_skips_requests_names_one_that_is_there(items: list[dict[str, Any]]) -> None:
    named = re.findall(r'setNextRequest\(\\"(.+?)\\"\)', json.dumps(items, ensure_ascii=False))
    names = Counter(item["name"] for item in items)
    assert named
    assert [name for name in named if names[name] != 1] == []
