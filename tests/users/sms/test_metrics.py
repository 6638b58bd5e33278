"""SMS are counted by gateway and by outcome."""

from contextlib import nullcontext

import pytest
from prometheus_client import REGISTRY
from pytest_django import Settings

from tests.conftest import ALICE
from users import sms
from users.sms import MaybeSent, NotSent, Unavailable


def count(gateway: str, outcome: str) -> float:
    labels = {"gateway": gateway, "outcome": outcome}
    return REGISTRY.get_sample_value("sms_total", labels) or 0.0


@pytest.mark.parametrize(
    ("raised", "outcome"),
    [
        (None, "sent"),
        (NotSent("no such number"), "refused"),
        (Unavailable("busy"), "unavailable"),
        (MaybeSent("the line broke"), "unknown"),
        (ZeroDivisionError(), "unknown"),
    ],
)
def test_what_becomes_of_an_sms_is_counted(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, raised: Exception | None, outcome: str
) -> None:
    def gateway(phone_number: str, text: str) -> None:
        if raised:
            raise raised

    settings.SMS_GATEWAY = "failover"
    settings.SMS_FAILOVER = ["pigeon"]
    monkeypatch.setitem(sms.GATEWAYS, "pigeon", gateway)
    before = count("pigeon", outcome)
    with pytest.raises(type(raised)) if raised else nullcontext():
        sms.send(ALICE, "Hello")
    assert count("pigeon", outcome) == before + 1
    assert REGISTRY.get_sample_value("sms_duration_seconds_count", {"gateway": "pigeon"})
