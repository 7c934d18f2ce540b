"""An alert in words for a person, and as JSON for a program."""

import json
from typing import Any

from tui.config.alert_settings import AlertRule
from tui.domain.redact import redacted
from tui.domain.sanitise import safe_text
from tui.domain.text import rfc3339
from tui.watch.alerts.alert import Alert, Severity, Stage

SCHEMA = 1
_LONGEST = 300

_TITLES = {
    AlertRule.DOWN: "{verdict}",
    AlertRule.LOGIN_REQUIRED: "LOGIN REQUIRED",
    AlertRule.COMPETING: "ANOTHER PROGRAM WANTS THE SESSION",
    AlertRule.KEEP_ALIVE: "NO KEEP-ALIVE",
    AlertRule.LATENCY: "SLOW",
    AlertRule.ADDRESS: "NEW PUBLIC ADDRESS",
    AlertRule.LOGIN_ENDS: "LOGIN ENDS SOON",
}
_ENDED = {
    AlertRule.KEEP_ALIVE: "KEEP-ALIVE ANSWERED AGAIN",
    AlertRule.LATENCY: "QUICK AGAIN",
}
_TO_DO = {
    AlertRule.LOGIN_REQUIRED: "Only a person's login helps: log in on the gateway's page in a browser.",
    AlertRule.COMPETING: "See which of your programs it is, and close one; cpwatch throws nobody out by itself.",
    AlertRule.DOWN: "See `cpwatch doctor` on that machine.",
}


def title(alert: Alert, gateway: str) -> str:
    """One short line: `cpwatch home: LOGIN REQUIRED`. gateway: what the user calls it, empty for no name."""
    match alert.stage:
        case Stage.TEST:
            what = "TEST ALERT"
        case Stage.ENDED:
            what = _ENDED.get(alert.rule, "READY AGAIN") if alert.rule is not None else "READY AGAIN"
        case _:
            words = _TITLES[alert.rule] if alert.rule is not None else "{verdict}"
            what = words.format(verdict=alert.verdict.words)
    return f"{f'cpwatch {gateway}'.strip()}: {what}"


def body(alert: Alert, *, figures: bool) -> str:
    """A few sentences, and the figures a line each where they are wanted."""
    said = [_safe(alert.said)]
    if alert.stage is Stage.BEGAN and alert.rule in _TO_DO:
        said.append(_TO_DO[alert.rule])
    if alert.since is not None and alert.stage is Stage.BEGAN:
        said.append(f"Since {rfc3339(alert.since)}.")
    lines = [" ".join(said)]
    if figures:
        lines += [f"{name.replace('_', ' ')}: {_safe(value)}" for name, value in alert.figures.items()]
    return "\n".join(lines)


def document(alert: Alert, gateway: str, *, figures: bool) -> dict[str, Any]:
    """The alert as a command gets it. `figures` is empty unless they are wanted; no account is ever named."""
    return {
        "schema": SCHEMA,
        "id": alert.id,
        "gateway": gateway or None,
        "rule": alert.rule.value if alert.rule is not None else None,
        "stage": alert.stage.value,
        "severity": alert.severity.value,
        "verdict": alert.verdict.value,
        "at": rfc3339(alert.at),
        "since": rfc3339(alert.since) if alert.since is not None else None,
        "title": title(alert, gateway),
        "text": body(alert, figures=figures),
        "figures": {name: _safe(value) for name, value in alert.figures.items()} if figures else {},
    }


def as_json(told: dict[str, Any]) -> bytes:
    """One line of JSON in ASCII."""
    return json.dumps(told).encode("ascii") + b"\n"


def kind(told: dict[str, Any]) -> str:
    """What notification services call it: info, success, warning or failure."""
    if told["stage"] == Stage.ENDED:
        return "success"
    return {Severity.INFO: "info", Severity.WARNING: "warning"}.get(told["severity"], "failure")


def _safe(text: str) -> str:
    return safe_text(redacted(text), _LONGEST)
