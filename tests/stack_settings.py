"""The settings of the project, with the files of a `tests.stack.Cluster` in its own folder."""

import os
from pathlib import Path

from config.settings import *  # noqa: F403

_folder = Path(os.environ["STACK_FOLDER"])
STATIC_ROOT = _folder / "static"
MEDIA_ROOT = _folder / "media"
SMS_INBOX_FILE = _folder / "inbox.jsonl"
