"""What an alert says, and what it never says unless that is wished for."""

import json

import pytest

from tests.support.alerting import an_alert
from tui.config.alert_settings import AlertRule
from tui.domain.verdict_name import VerdictName
from tui.watch.alerts.alert import Severity, Stage
from tui.watch.alerts.text import as_json, body, document, kind, title

FIGURES = {"latency_p95": "812 ms", "seen": '401 "session=hunter2c0ffee" of U7654321\x1b[2J'}


@pytest.mark.parametrize("rule", list(AlertRule))
@pytest.mark.parametrize("stage", [Stage.BEGAN, Stage.ENDED])
def test_every_rule_has_its_words(rule: AlertRule, stage: Stage) -> None:
    alert = an_alert(rule=rule, stage=stage)
    assert title(alert, "home").startswith("cpwatch home: ")
    assert title(alert, "").startswith("cpwatch: ")
    assert "{" not in title(alert, "home")
    assert body(alert, figures=False).startswith("It is down.")


def test_titles_tell_a_beginning_from_an_end() -> None:
    told = [title(an_alert(rule=rule, stage=stage), "x") for rule in AlertRule for stage in (Stage.BEGAN, Stage.ENDED)]
    began, ended = told[::2], told[1::2]
    assert not set(began) & set(ended)
    assert title(an_alert(), "x") == "cpwatch x: GATEWAY DOWN"


def test_figures_are_told_only_where_they_are_wished_for_and_nothing_secret_even_then() -> None:
    alert = an_alert(figures=FIGURES)
    without = as_json(document(alert, "home", figures=False)).decode()
    assert "812" not in without
    assert "401" not in without
    told = document(alert, "home", figures=True)
    assert told["figures"]["latency_p95"] == "812 ms"
    assert "latency p95: 812 ms" in told["text"]
    whole = as_json(told).decode()
    for secret in ("hunter2c0ffee", "U7654321", "\x1b", "\\u001b"):
        assert secret not in whole


def test_the_document_is_one_line_of_json() -> None:
    raw = as_json(document(an_alert(said="Nothing answers at “x”."), "zu Hause ☂", figures=False))
    assert raw.count(b"\n") == 1
    assert raw.isascii()
    assert json.loads(raw) == {
        "schema": 1,
        "id": "a",
        "gateway": "zu Hause ☂",
        "rule": "down",
        "stage": "began",
        "severity": "critical",
        "verdict": "gateway_down",
        "at": "2026-11-20T14:03:22Z",
        "since": "2026-11-20T14:03:22Z",
        "title": "cpwatch zu Hause ☂: GATEWAY DOWN",
        "text": "Nothing answers at “x”. See `cpwatch doctor` on that machine. Since 2026-11-20T14:03:22Z.",
        "figures": {},
    }


def test_that_a_person_is_needed_is_said_with_what_to_do() -> None:
    alert = an_alert(rule=AlertRule.LOGIN_REQUIRED, verdict=VerdictName.LOGIN_REQUIRED)
    assert "log in on the gateway's page" in body(alert, figures=False)


@pytest.mark.parametrize(
    ("stage", "severity", "expected"),
    [
        (Stage.ENDED, Severity.INFO, "success"),
        (Stage.BEGAN, Severity.CRITICAL, "failure"),
        (Stage.BEGAN, Severity.WARNING, "warning"),
        (Stage.ONCE, Severity.INFO, "info"),
    ],
)
def test_services_get_their_own_word_for_how_bad_it_is(stage: Stage, severity: Severity, expected: str) -> None:
    assert kind(document(an_alert(stage=stage, severity=severity), "", figures=False)) == expected
