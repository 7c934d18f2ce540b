"""The names of the situations that the simulated gateway can play."""

import json
from enum import StrEnum


class Scenario(StrEnum):
    """A situation by its name, as the command line and the control plane take it; `situations` says what it is."""

    READY = "ready"
    LOGIN_REQUIRED = "login-required"
    NO_SESSION = "no-session"
    LOGGED_OUT = "logged-out"
    COMPETING = "competing"
    LAPSED = "lapsed"
    INITIALISING = "initialising"
    CONTESTED = "contested"
    DENIED = "denied"
    MISCONFIGURED = "misconfigured"
    EDGE_DENIED = "edge-denied"
    RATE_LIMITED = "rate-limited"
    BACKEND_DOWN = "backend-down"
    BACKEND_HUNG = "backend-hung"
    SLOW = "slow"
    FLAPPING = "flapping"
    RESTARTING = "restarting"
    GARBAGE = "garbage"
    HOSTILE = "hostile"
    ADVISOR = "advisor"
    LARGE = "large"
    DAY = "day"


def scenario_named(text: str) -> Scenario:
    """The scenario of that name, in any case, with `_` for `-` if need be.

    Raises ValueError with the list of names.
    """
    name = text.strip().lower().replace("_", "-")
    if name in set(Scenario):
        return Scenario(name)
    raise ValueError(f"unknown scenario {text.strip()[:40]!r}; choose one of: {', '.join(Scenario)}")


def scenario_in(body: bytes) -> Scenario:
    """The scenario that a message names: as plain text, as a JSON string, or as JSON with `scenario`.

    Raises ValueError with what is wrong.
    """
    text = body.decode("utf-8", "replace").strip()
    if not text.startswith(("{", '"')):
        return scenario_named(text)
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ValueError(f"the body is neither a scenario's name nor JSON: {error}") from None
    name = value.get("scenario") if isinstance(value, dict) else value
    if not isinstance(name, str):
        raise ValueError('the JSON names no scenario; send {"scenario": "ready"}')
    return scenario_named(name)
