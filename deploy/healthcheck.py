"""Succeeds while the web server answers: asked as the host of SITE_URL, which is always served."""

import os
from http.client import HTTPConnection
from urllib.parse import urlsplit

port = int(os.environ.get("PORT", "8000"))
connection = HTTPConnection("127.0.0.1", port, timeout=4)
connection.request("GET", "/healthz/", headers={"Host": urlsplit(os.environ["SITE_URL"]).netloc})
status = connection.getresponse().status
if status != 200:
    raise SystemExit(f"/healthz/ answers {status}")
