"""`make examples`: see `tests/examples`. It needs a fresh server, and its DATABASE_URL."""

import argparse
import difflib
import os
import subprocess
import sys

import httpx

from tests.examples import readme, story
from tests.examples.recording import Recorder
from tests.examples.stand_ins import StandIns


def record(address: str) -> str:
    with httpx.Client(base_url=address, headers={"Accept-Language": "en"}) as server:
        summaries = readme.operations(server.get("/swagger.json").json())
        recorder = Recorder(server)
        if subprocess.run([sys.executable, "-m", "tests.staff", story.STAFF]).returncode:
            sys.exit("No staff person was made.")
        story.play(recorder)
    answers = [exchange.text for exchange in recorder.exchanges]
    stand_ins = StandIns(address, recorder.moments, answers)
    return readme.write(summaries, recorder.exchanges, stand_ins)


def compare(before: str, after: str) -> None:
    names = ("README.md", "what the server answers")
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="")
    if difference := "\n".join(lines):
        sys.exit(
            f"{difference}\nThe examples are out of date: run make examples on a fresh server."
        )


def main() -> None:
    arguments = argparse.ArgumentParser(prog="make examples", description=__doc__)
    arguments.add_argument("--port", default=os.environ.get("PORT", "8000"))
    arguments.add_argument("--check", action="store_true", help="Only say what has changed.")
    asked = arguments.parse_args()
    before = readme.README.read_text()
    address = f"http://127.0.0.1:{asked.port}"
    try:
        after = readme.with_examples(before, record(address))
    except httpx.TransportError as error:
        sys.exit(f"{address} does not answer ({error}). Start it with make run.")
    if asked.check:
        compare(before, after)
    else:
        readme.README.write_text(after)


if __name__ == "__main__":
    main()
