"""The Postman collection, which is the contract in the words of its clients, through nginx."""

import subprocess

from tests.stack import Cluster
from tests.stack.parts import ROOT

COLLECTION = ROOT / "ReferralSystem.postman_collection.json"


def test_the_collection_passes_through_nginx(cluster: Cluster) -> None:
    command = ["npx", "--yes", "newman@6", "run", str(COLLECTION), "--reporter-cli-no-banner"]
    address = ["--env-var", f"base_url={cluster.url}", "--color", "off"]
    run = subprocess.run([*command, *address], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
