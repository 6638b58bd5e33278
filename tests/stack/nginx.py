"""nginx as our image has it: the same files, filled in as the image does at its start."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.stack.parts import ROOT

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
SOURCE = ROOT / "nginx"
TEMPORARY = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]


def command(folder: Path, variables: dict[str, str]) -> list[str]:
    """Writes the configuration into a folder, and returns how to start nginx with it."""
    assert NGINX, "nginx is not installed"
    (folder / "conf.d").mkdir(parents=True)
    (folder / "nginx.conf").write_text(_main(folder))
    shutil.copy("/etc/nginx/mime.types", folder)
    for template in (SOURCE / "templates").iterdir():
        name = template.name.removesuffix(".template")
        text = _filled_in(template.read_text(), variables)
        (folder / "conf.d" / name).write_text(_for_this_nginx(text))
    return [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]


def _main(folder: Path) -> str:
    """The main file; the paths of the image are moved into the folder."""
    text = (SOURCE / "nginx.conf").read_text()
    # Only root may read the folder of a stack, so nginx's workers run as root too.
    text = re.sub(r"^user .*;$", "user root;" if os.geteuid() == 0 else "", text, flags=re.M)
    text = re.sub(r"^pid .*;$", f"pid {folder}/pid;", text, flags=re.M)
    text = re.sub(r"^worker_processes .*;$", "worker_processes 2;", text, flags=re.M)
    temporary = [f"    {name}_temp_path {folder}/{name};" for name in TEMPORARY]
    return text.replace("http {\n", "\n".join(["http {", *temporary, ""]))


def _filled_in(text: str, variables: dict[str, str]) -> str:
    for name, value in variables.items():
        text = text.replace(f"${{{name}}}", value)
    assert "${" not in text, "a variable of the templates has no value"
    return text


def _for_this_nginx(text: str) -> str:
    """Before 1.25.1 HTTP/2 was an option of `listen`."""
    if _version() < (1, 25, 1):
        text = text.replace("http2 on;", "")
        text = re.sub(r"(listen .*) ssl\b", r"\1 ssl http2", text)
    return text


def _version() -> tuple[int, ...]:
    told = subprocess.run([str(NGINX), "-v"], capture_output=True, text=True, check=True).stderr
    return tuple(int(number) for number in re.findall(r"\d+", told)[:3])
