"""The address of the client, even if X-Forwarded-For is forged."""

from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.conftest import ALICE, ask
from users.models import AuditEvent, SignIn

pytestmark = pytest.mark.django_db

PEER, CLIENT, FORGED = "10.0.0.1", "203.0.113.9", "192.0.2.66"
TOKEN = "/api/v1/auth/token/"


def address_kept(forwarded: str | None, peer: str = PEER) -> str | None:
    """Signs in from the peer's address; returns the one that the sign-in keeps."""
    environ: dict[str, Any] = {"REMOTE_ADDR": peer}
    if forwarded is not None:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded
    confirmed = {"phone_number": ALICE, "confirmation_code": ask(ALICE)}
    assert APIClient().post(TOKEN, confirmed, **environ).status_code == 200
    address = SignIn.objects.latest("pk").ip_address
    assert AuditEvent.objects.latest("pk").ip_address == address
    return address


@pytest.mark.parametrize(
    ("trusted", "forwarded", "kept"),
    [
        (0, None, PEER),
        (0, CLIENT, PEER),
        (0, f"{FORGED}, {CLIENT}", PEER),
        (1, None, PEER),
        (1, CLIENT, CLIENT),
        (1, f"{FORGED}, {CLIENT}", CLIENT),
        (1, f"{FORGED},{FORGED},{FORGED},{CLIENT}", CLIENT),
        (1, f"  {FORGED} ,  {CLIENT}  ", CLIENT),
        (1, f"x, \x00, {CLIENT}", CLIENT),
        (1, "2001:DB8:0::9", "2001:db8::9"),
        (1, f"::ffff:{CLIENT}", CLIENT),  # an IPv4 client of an IPv6 socket
        (1, f"::FFFF:{CLIENT}", CLIENT),
        (1, "::ffff:cb00:7109", CLIENT),
        (1, f"64:ff9b::{CLIENT}", "64:ff9b::cb00:7109"),
        (2, f"{CLIENT}, {PEER}", CLIENT),
        (2, f"{FORGED}, {CLIENT}, {PEER}", CLIENT),
        (2, CLIENT, PEER),  # fewer hops than trusted: it did not come through them
        (2, None, PEER),
    ],
)
def test_the_address_of_the_client_is_counted_from_the_right_by_trusted_proxies(
    settings: Settings, trusted: int, forwarded: str | None, kept: str
) -> None:
    settings.TRUSTED_PROXIES = trusted
    assert address_kept(forwarded) == kept


@pytest.mark.parametrize("trusted", [0, 1])
def test_an_ipv4_peer_of_an_ipv6_socket_has_its_own_address(
    settings: Settings, trusted: int
) -> None:
    settings.TRUSTED_PROXIES = trusted
    assert address_kept(None, peer=f"::ffff:{PEER}") == PEER


@pytest.mark.parametrize(
    "garbage",
    [
        *("", " ", ",", "-", "unknown", "_hidden", "localhost", "null", "\x00", "' OR 1=1 --"),
        *("203.0.113.999", "203.0.113", "0x7f.1", "2130706433", "203.0.113.9:443", "203.0.113.9/8"),
        *("[2001:db8::9]", "[2001:db8::9]:443", "2001:db8::9::1", "１.１.１.１"),
        *("9" * 5000, f"{CLIENT},", f"{CLIENT}, x"),
    ],
    ids=lambda garbage: ascii(garbage)[:20],
)
def test_what_is_not_an_address_is_ignored(settings: Settings, garbage: str) -> None:
    settings.TRUSTED_PROXIES = 1
    assert address_kept(garbage) == PEER


@pytest.mark.parametrize(
    "zone", ["eth0", "x" * 5000, "\x00", " "], ids=lambda zone: ascii(zone)[:9]
)
def test_the_zone_of_an_ipv6_address_is_dropped(settings: Settings, zone: str) -> None:
    settings.TRUSTED_PROXIES = 1
    assert address_kept(f"fe80::1%{zone}") in ("fe80::1", PEER)


def test_forged_entries_do_not_evade_the_flood_guard(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    settings.FLOOD_LIMITS = {**settings.FLOOD_LIMITS, "codes": 2}
    statuses = [
        APIClient()
        .post(
            "/api/v1/auth/code/",
            {"phone_number": f"+7999444000{n}"},
            HTTP_X_FORWARDED_FOR=f"192.0.2.{n}, {CLIENT}",
        )
        .status_code
        for n in range(3)
    ]
    assert statuses == [202, 202, 429]
