"""The invite link in a browser."""

import pytest
from django.test import Client

from referrals.models import Activation
from users.models import User


@pytest.mark.django_db
def test_a_known_code_looks_like_an_unknown_one(client: Client, bob: User) -> None:
    code = bob.invite_codes.get().code
    known = client.get(f"/i/{code}/")
    unknown = client.get("/i/A2B3C4/")
    assert (known.status_code, unknown.status_code) == (200, 200)
    assert known.content.replace(code.encode(), b"") == unknown.content.replace(b"A2B3C4", b"")


@pytest.mark.django_db
def test_opening_a_link_activates_nothing(client: Client, bob: User) -> None:
    for method in [client.get, client.head]:
        method(f"/i/{bob.invite_codes.get().code}/")
    assert not Activation.objects.exists()
    assert client.post("/i/A2B3C4/").status_code == 405


def test_what_cannot_be_a_code_leads_nowhere(client: Client) -> None:
    assert client.get("/i/OOOOOO/").status_code == 404
    assert client.get("/i/a2-b3c4/").status_code == 200
