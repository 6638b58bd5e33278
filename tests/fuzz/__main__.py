"""`make fuzz`: everything the schema allows, and more, sent to a server of its own.

Each case signs in anew, hundreds of times from one address: a server that is meant for
people would refuse that, so this one has no flood guard and no limit on the SMS of a day.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import httpx

from tests.stack.parts import BIN, ROOT, Parts, eventually, free_port

UNLIMITED = {
    "DJANGO_SETTINGS_MODULE": "tests.stack_settings",
    "FLOOD_GUARD": "false",
    "SMS_DELAY": "0",
    "SMS_PER_DAY": "1000000",
    "SMS_PER_REGION_PER_DAY": "1000000",
}
SHOWN = 40  # lines of the server's log, after a failure


def environment(folder: Path, port: int) -> dict[str, str]:
    return {
        "STACK_FOLDER": str(folder),
        "PORT": str(port),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
    }


def start(parts: Parts, port: int) -> None:
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(migrate, cwd=ROOT, env=parts.environment, check=True)
    parts.start("web", str(BIN / "gunicorn"), "--config=config/gunicorn.py", "config.wsgi")
    eventually(lambda: httpx.get(f"http://127.0.0.1:{port}/readyz/").status_code == 200)


def fuzz(port: int, examples: int, environment: dict[str, str]) -> int:
    schema = f"http://127.0.0.1:{port}/swagger.json"
    limits = ["--seed=1", f"--max-examples={examples}", "--generation-database=none"]
    command = [str(BIN / "schemathesis"), "run", schema, "--checks=all", *limits]
    return subprocess.run(command, cwd=ROOT, env=environment).returncode


def main(examples: int) -> int:
    port = free_port()
    parts = Parts({**os.environ, "DEBUG": "true", **UNLIMITED})
    parts.environment |= environment(parts.folder, port)
    try:
        start(parts, port)
        status = fuzz(port, examples, parts.environment)
        if status:
            print(*parts.log("web").splitlines()[-SHOWN:], sep="\n")
        return status
    finally:
        parts.end()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="make fuzz")
    arguments.add_argument("--examples", type=int, default=50)
    sys.exit(main(arguments.parse_args().examples))
