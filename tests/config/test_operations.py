"""The dashboard and the alerts ask for what the code counts, by the labels that it has."""

import json
import re
from collections.abc import Iterator
from itertools import chain

import pytest
import yaml
from prometheus_client import REGISTRY

from config.metrics import Outbox
from tests.config.test_checks import ROOT
from users.models import AuditEventType

FOLDER = ROOT / "docs" / "operations"
LANGUAGE = {"absent", "by", "histogram_quantile", "increase", "max", "rate", "sum", "topk"}
OF_PROMETHEUS = {"up": {"job"}}
SELECTOR = re.compile(r"([a-z_]+)\{([^}]*)\}")
LABEL = re.compile(r'([a-z_]+)\s*(?:=~|!=|=)\s*"([^"]*)"')
NOT_NAMES = re.compile(r'\{[^}]*\}|"[^"]*"|\[[^]]*\]|by \([^)]*\)')


def of_the_dashboard() -> Iterator[str]:
    for panel in json.loads((FOLDER / "grafana-dashboard.json").read_text())["panels"]:
        yield from (target["expr"] for target in panel["targets"])


def of_the_alerts() -> Iterator[str]:
    for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]:
        yield from (rule["expr"] for rule in group["rules"])


EXPRESSIONS = sorted({*of_the_dashboard(), *of_the_alerts()})


@pytest.fixture
def known(db: None) -> dict[str, set[str]]:
    """Every series there is, and its labels."""
    counted = REGISTRY._names_to_collectors.items()
    looked_up = {family.name: set(family._labelnames) for family in Outbox().collect()}
    labels = {name: set(getattr(counter, "_labelnames", ())) for name, counter in counted}
    return {**OF_PROMETHEUS, **looked_up, **labels}


def test_the_dashboard_and_the_alerts_have_queries() -> None:
    assert len(EXPRESSIONS) > 20


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_is_asked_for_exists(known: dict[str, set[str]], expression: str) -> None:
    names = set(re.findall(r"[a-z_]{2,}", NOT_NAMES.sub(" ", expression))) - LANGUAGE
    assert names
    assert names <= known.keys()
    grouped = set(chain(*(by.split(", ") for by in re.findall(r"by \(([^)]*)\)", expression))))
    assert grouped <= {"le", *chain(*(known[name] for name in names))}
    for name, selector in SELECTOR.findall(expression):
        asked = dict(LABEL.findall(selector))
        assert asked.keys() <= known[name]
        for pattern in asked.get("event", "code_requested").split("|"):
            assert any(re.fullmatch(pattern, event) for event in AuditEventType.values)
