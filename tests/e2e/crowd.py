"""People who use the API, to set the scene for those who use the pages."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.e2e.site import Site


class Client:
    """Somebody signed in by the API."""

    def __init__(self, site: Site) -> None:
        self.site, self.phone_number = site, site.new_number()
        self.headers: dict[str, str] = {}
        asked = {"phone_number": self.phone_number}
        self._post("auth/code/", asked)
        code = site.messages(self.phone_number)[0]["confirmation_code"]
        tokens = self._post("auth/token/", {**asked, "confirmation_code": code})
        self.headers["Authorization"] = f"Bearer {tokens['access']}"

    @property
    def profile(self) -> dict[str, Any]:
        response = self.site.client.get("/api/v1/users/me/", headers=self.headers)
        return dict(response.raise_for_status().json())

    @property
    def invite_code(self) -> str:
        return str(self.profile["invite_code"])

    def activate(self, invite_code: str) -> None:
        self._post("referrals/activate/", {"invite_code": invite_code})

    def _post(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        response = self.site.client.post(f"/api/v1/{path}", json=body, headers=self.headers)
        return dict(response.raise_for_status().json())


def come(site: Site, invite_code: str, count: int) -> list[str]:
    """So many people sign up and activate the code; their phone numbers."""

    def join(_: int) -> str:
        client = Client(site)
        client.activate(invite_code)
        return client.phone_number

    with ThreadPoolExecutor(8) as crowd:
        return list(crowd.map(join, range(count)))
