"""The dashboard and the alert rules: about figures and verdicts that exist, and good by Prometheus's own tool."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from tests.support.parts import BOOK, NOW, ago
from tests.support.path_states import CLOUDFLARED
from tests.support.project import run
from tests.support.requirements import needs_program
from tests.support.states import ready
from tui.domain.latency import Gauges, Reach
from tui.domain.positions import PositionsState
from tui.domain.stamped import Stamped
from tui.domain.state import Standing
from tui.domain.traffic import Traffic
from tui.domain.verdict import VerdictName, verdict
from tui.watch.metrics import TUNNEL_STATES, Metrics
from tui.watch.shipped import dashboard, rules

_NAME = re.compile(r"\b(?:cpwatch|process)_[a-z_]+\b")


def told() -> str:
    """The text of figures with every family in it."""
    state = ready()
    gauges = Gauges(reach=Reach(up=True))
    state = replace(
        state,
        path=replace(state.path, tunnels=(CLOUDFLARED,), gauges=gauges),
        positions=PositionsState(books={"DU1234567": Stamped(BOOK, ago(2))}),
        standing=Standing("ready", ago(60)),
        traffic=Traffic(0.1, 0.2),
    )
    metrics = Metrics()
    metrics.take(state, verdict(state, NOW))
    return metrics.text(NOW).decode()


def samples() -> set[str]:
    """The names that a query may use."""
    process = {"process_resident_memory_bytes", "process_cpu_seconds_total"}  # on Linux
    return process | {line.partition(" ")[0].partition("{")[0] for line in told().splitlines() if line[0] != "#"}


def alerts() -> list[dict[str, Any]]:
    """The alert rules."""
    (group,) = yaml.safe_load(rules())["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def panels() -> list[dict[str, Any]]:
    """The dashboard's panels."""
    found: list[dict[str, Any]] = json.loads(dashboard())["panels"]
    return found


def queries() -> Iterator[str]:
    """Every query of the dashboard."""
    for panel in panels():
        for target in panel["targets"]:
            yield target["expr"]


def test_queries_are_about_figures_that_exist() -> None:
    asked = [*(alert["expr"] for alert in alerts()), *queries()]
    used = {name for expression in asked for name in _NAME.findall(expression)}
    assert used <= samples()
    assert len(used) > 15


def test_queries_are_about_verdicts_and_states_that_exist() -> None:
    asked = [*(alert["expr"] for alert in alerts()), *queries()]
    named = {name for each in asked for found in re.findall(r'verdict=~?"([^"]+)"', each) for name in found.split("|")}
    assert named <= set(VerdictName)
    # What is well, coming up or not known needs nobody; a 429 has a figure of its own.
    assert set(VerdictName) - named == {"ready", "unknown", "initialising", "rate_limited"}
    states = {found for each in asked for found in re.findall(r'state="([^"]+)"', each)}
    assert states <= set(TUNNEL_STATES)


def test_each_alert_says_what_and_how_grave() -> None:
    found = alerts()
    assert len({alert["alert"] for alert in found}) == len(found)
    for alert in found:
        assert alert["labels"]["severity"] in {"critical", "warning", "info"}
        assert alert["annotations"]["summary"].endswith(".")
        assert alert["annotations"]["description"].endswith(".")


def test_panels_lie_side_by_side() -> None:
    found = panels()
    assert len({panel["id"] for panel in found}) == len(found)
    places = [panel["gridPos"] for panel in found]
    assert all(place["x"] + place["w"] <= 24 for place in places)
    for one, other in combinations(places, 2):
        apart = (one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]) or (
            one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        )
        assert apart, (one, other)


def test_the_dashboard_belongs_to_no_machine() -> None:
    for panel in panels():
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    assert [each["name"] for each in json.loads(dashboard())["templating"]["list"]] == ["datasource", "job", "instance"]


def test_promtool_finds_nothing_wrong_with_the_rules_and_the_queries(tmp_path: Path) -> None:
    promtool = needs_program("promtool")
    file = tmp_path / "rules.yaml"
    file.write_text(rules(), "utf-8")
    assert run([promtool, "check", "rules", str(file)]).returncode == 0
    plain = [
        each.replace("$__rate_interval", "1m").replace("$job", ".*").replace("$instance", ".*") for each in queries()
    ]
    recorded = [{"record": f"query_{n}", "expr": expression} for n, expression in enumerate(plain)]
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": recorded}]}), "utf-8")
    done = run([promtool, "check", "rules", str(file)])
    assert done.returncode == 0, done.stdout + done.stderr


def series(name: str, values: str, **labels: str) -> dict[str, str]:
    """A series for promtool, one value a minute."""
    written = "".join(f',{label}="{value}"' for label, value in labels.items())
    return {"series": f'{name}{{job="cpwatch",instance="a"{written}}}', "values": values}


def fired(alert: str, at: str, *, yes: bool) -> dict[str, Any]:
    """What promtool is to expect: only whether it fires counts, so that annotations are taken from the rule."""
    (rule,) = [each for each in alerts() if each["alert"] == alert]
    labels = {"job": "cpwatch", "instance": "a", "severity": rule["labels"]["severity"]}
    texts = {key: text.replace("{{ $labels.instance }}", "a") for key, text in rule["annotations"].items()}
    return {
        "eval_time": at,
        "alertname": alert,
        "exp_alerts": [{"exp_labels": labels, "exp_annotations": texts}] if yes else [],
    }


def test_the_rules_fire_when_they_should(tmp_path: Path) -> None:
    """By promtool's own engine: an outage, a login that is needed within and outside of the expected reset."""
    promtool = needs_program("promtool")
    (tmp_path / "rules.yaml").write_text(rules(), "utf-8")
    down = [
        series("cpwatch_verdict", "0 0 1x5", verdict="gateway_down"),
        series("cpwatch_verdict", "1 1 0x5", verdict="ready"),
    ]
    login = series("cpwatch_verdict", "1x20", verdict="login_required")
    reset = series("cpwatch_expected_reset", "1x9 0x10")
    unknown_region = [login]
    gap = [
        series("cpwatch_tickle_age_seconds", "0+60x9"),
        series("cpwatch_keep_alive", "1x9"),
        series("cpwatch_verdict", "1x9", verdict="session_lapsed"),
    ]
    tests = [
        (down, [fired("GatewayDown", "3m", yes=False), fired("GatewayDown", "4m", yes=True)]),
        ([login, reset], [fired("LoginNeeded", "9m", yes=False), fired("LoginNeeded", "12m", yes=True)]),
        (unknown_region, [fired("LoginNeeded", "2m", yes=True)]),
        (gap, [fired("KeepAliveGap", "3m", yes=False), fired("SessionLapsed", "6m", yes=True)]),
        ([*gap, login], [fired("KeepAliveGap", "8m", yes=False)]),
    ]
    written = {
        "rule_files": ["rules.yaml"],
        "tests": [{"interval": "1m", "input_series": given, "alert_rule_test": expected} for given, expected in tests],
    }
    (tmp_path / "tests.yaml").write_text(yaml.safe_dump(written), "utf-8")
    done = run([promtool, "test", "rules", "tests.yaml"], cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
