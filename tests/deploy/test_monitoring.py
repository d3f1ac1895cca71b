"""Prometheus, Alertmanager and Grafana: every file by its own program, every metric found in a real /metrics."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.dashboards import PAGES, dashboard
from svgai.samples import paths
from tests.deploy.programs import DEPLOY, run
from tests.serve.running import free_port, running

MONITORING = DEPLOY / "monitoring"
RULES = [rule for group in yaml.safe_load((MONITORING / "alert-rules.yml").read_text())["groups"]
         for rule in group["rules"]]  # fmt: skip
# Of both manuals, under their own names or, where both have one of a name, ours.
WANTED = {"HighErrorRate", "ServiceDown", "HighMemoryUsage", "SystemDown", "HighErrorRatio", "MemoryExhausted",
          "DiskSpaceLow", "SlowResponses", "ModerateErrorRatio", "HighMemory", "QueueBuildup"}  # fmt: skip
# Prometheus' own.
PROMETHEUS = {"up", "ALERTS"}


def expressions() -> dict[str, str]:
    """PromQL by where it is used: of every alert and every panel."""
    found = {f"alert {rule['alert']}": rule["expr"] for rule in RULES}
    for page in PAGES:
        for panel in json.loads(dashboard(page))["panels"]:
            for target in panel["targets"]:
                found[f"{page.uid}: {panel['title']} {target['refId']}"] = target["expr"]
    return found


def names(expression: str) -> set[str]:
    """The metrics of an expression: words that hold an underscore or are Prometheus' own, outside of labels."""
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|\b(by|without)\s*\([^)]*\)|\"[^\"]*\"", " ", expression)
    words = set(re.findall(r"\b[a-zA-Z_:][\w:]*\b(?!\s*\()", bare))
    return {word for word in words if "_" in word or word in PROMETHEUS}


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """/metrics of a service that has drawn one picture, and whose Redis and broker are gone."""
    gone = f"redis://127.0.0.1:{free_port()}"
    with running(tmp_path_factory.mktemp("metrics"), REDIS_URL=gone, SVGAI_BROKER_URL=gone) as service:
        service.http.post("/convert", content=next(p for p in paths() if "icon-git" in p.name).read_bytes())
        yield service.http.get("/metrics").text


def test_prometheus_takes_its_configuration_and_rules() -> None:
    """The ancestor's named a file of rules that there was not."""
    out = run("promtool", "check", "config", MONITORING / "prometheus.yml")
    assert f"{len(RULES)} rules found" in out


def test_every_alert_fires_where_it_should_and_only_there() -> None:
    run("promtool", "test", "rules", MONITORING / "alert-rules.test.yml")


def test_every_alert_is_seen_firing_and_silent() -> None:
    tests = yaml.safe_load((MONITORING / "alert-rules.test.yml").read_text())["tests"]
    seen = {(t["alertname"], bool(t["exp_alerts"])) for test in tests for t in test["alert_rule_test"]}
    assert seen == {(rule["alert"], fires) for rule in RULES for fires in (True, False)}


def test_the_manuals_alerts_are_there() -> None:
    assert {rule["alert"] for rule in RULES} >= WANTED


def test_a_rule_that_is_wrong_is_noticed(tmp_path: Path) -> None:
    """The tests of the rules can fail."""
    for name in ("alert-rules.yml", "alert-rules.test.yml"):
        (tmp_path / name).write_text((MONITORING / name).read_text().replace("> 0.1\n", "> 0.3\n"))
    with pytest.raises(AssertionError, match="HighErrorRate"):
        run("promtool", "test", "rules", tmp_path / "alert-rules.test.yml")


def test_alertmanager_takes_its_configuration() -> None:
    run("amtool", "check-config", MONITORING / "alertmanager.yml")


@pytest.mark.parametrize(("severity", "receiver"), [("critical", "operations"), ("warning", "slack")])
def test_alerts_go_where_the_manual_sends_them(severity: str, receiver: str) -> None:
    file = f"--config.file={MONITORING / 'alertmanager.yml'}"
    assert run("amtool", "config", "routes", "test", file, f"severity={severity}").split()[-1] == receiver


def test_critical_alerts_reach_three_channels_and_warnings_one() -> None:
    """SVG-AI: e-mail and PagerDuty for critical ones, Slack for all."""
    receivers = yaml.safe_load((MONITORING / "alertmanager.yml").read_text())["receivers"]
    kinds = {r["name"]: {k for k in r if k != "name"} for r in receivers}
    assert kinds == {"operations": {"slack_configs", "email_configs", "pagerduty_configs"}, "slack": {"slack_configs"}}


def test_every_expression_is_promql(tmp_path: Path) -> None:
    rules = [{"record": f"checked:{k}", "expr": text} for k, text in enumerate(expressions().values())]
    path = tmp_path / "expressions.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "checked", "rules": rules}]}))
    assert f"{len(rules)} rules found" in run("promtool", "check", "rules", path)


def test_every_metric_is_exported(exported: str) -> None:
    """The ancestor's dashboards showed what nothing exported."""
    there = set(re.findall(r"^([a-zA-Z_:][\w:]*)", exported, re.M)) | PROMETHEUS
    missing = {where: names(text) - there for where, text in expressions().items()}
    assert {where: found for where, found in missing.items() if found} == {}
    assert all(names(text) for text in expressions().values())


def test_every_label_is_exported(exported: str) -> None:
    """A selector or a `by` with a label that there is not gives no curve, and no error."""
    labels = set(re.findall(r"[{,](\w+)=", exported)) | {"job", "instance", "alertname", "alertstate"}
    for where, text in expressions().items():
        used = set(re.findall(r"[{,]\s*(\w+)\s*(?:=~|!~|!=|=)", text))
        used |= {name.strip() for group in re.findall(r"by \(([^)]*)\)", text) for name in group.split(",")}
        assert used <= labels, where


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.uid)
def test_a_dashboard_is_as_it_is_made(page: Any) -> None:
    assert (MONITORING / page.file).read_text() == dashboard(page), "run: python deploy/dashboards.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.uid)
def test_a_dashboard_is_one_that_grafana_shows(page: Any) -> None:
    """The ancestor's were wrapped, had no uid, and drew with a panel that Grafana has no more."""
    found = json.loads((MONITORING / page.file).read_text())
    assert found["uid"] == page.uid
    assert found["schemaVersion"] >= 36
    assert {panel["type"] for panel in found["panels"]} <= {"timeseries", "stat"}
    assert {panel["datasource"]["uid"] for panel in found["panels"]} == {"prometheus"}
    places = [panel["gridPos"] for panel in found["panels"]]
    cells = [(x, y) for p in places for x in range(p["x"], p["x"] + p["w"]) for y in range(p["y"], p["y"] + p["h"])]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_the_manuals_pages_are_there() -> None:
    provisioned = {page.uid for page in PAGES if page.file.startswith("grafana/dashboards/")}
    assert provisioned == {"app-performance", "system-resources", "error-tracking"}
    datasource = yaml.safe_load((MONITORING / "grafana/provisioning/datasources/prometheus.yml").read_text())
    assert datasource["datasources"][0]["uid"] == "prometheus"
