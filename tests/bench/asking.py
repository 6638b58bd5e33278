"""The crowd: `python -m tests.bench.asking URL NUMBER…` asks for all the codes at once."""

import sys
from concurrent.futures import ThreadPoolExecutor

import httpx


def ask(url: str, number: str) -> int:
    body = {"phone_number": number}
    return httpx.post(f"{url}/api/v1/auth/code/", json=body, timeout=60).status_code


if __name__ == "__main__":
    url, *numbers = sys.argv[1:]
    with ThreadPoolExecutor(len(numbers)) as crowd:
        statuses = list(crowd.map(lambda number: ask(url, number), numbers))
    sys.exit(statuses.count(202) != len(numbers))
