"""The settings of the site, with files of its own, a pause to wait for, and ways to fail."""

import os
from datetime import timedelta
from pathlib import Path

from config.settings import *  # noqa: F403

SMS_INBOX_FILE = Path(os.environ["E2E_FOLDER"]) / "inbox.jsonl"
MEDIA_ROOT = Path(os.environ["E2E_FOLDER"]) / "media"
CONFIRMATION_CODE_PAUSE = timedelta(seconds=5)
ROOT_URLCONF = "tests.e2e.urls"
