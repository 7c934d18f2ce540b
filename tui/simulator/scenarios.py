"""The situations that the simulated gateway can play, as data."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Scenario(StrEnum):
    """A situation by its name, as the command line and the control plane take it."""

    READY = "ready"
    LOGIN_REQUIRED = "login-required"
    COMPETING = "competing"
    DENIED = "denied"
    BACKEND_DOWN = "backend-down"
    BACKEND_HUNG = "backend-hung"


class Upstream(StrEnum):
    """What IBKR's servers, behind the gateway, do with a request."""

    ANSWERS = "answers"
    FAILS = "fails"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Brokerage:
    """The brokerage session as the auth status tells it."""

    authenticated: bool = True
    established: bool = True
    connected: bool = True
    competing: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything in which scenarios differ.

    admits: the allow list lets this machine in. sso: somebody is logged in. login_ends_it: a login in the
    browser leads to `ready`.
    """

    admits: bool = True
    upstream: Upstream = Upstream.ANSWERS
    sso: bool = True
    brokerage: Brokerage = Brokerage()
    login_ends_it: bool = True


SITUATIONS: Mapping[Scenario, Situation] = MappingProxyType(
    {
        Scenario.READY: Situation(),
        Scenario.LOGIN_REQUIRED: Situation(
            sso=False, brokerage=Brokerage(authenticated=False, established=False, connected=False)
        ),
        Scenario.COMPETING: Situation(brokerage=Brokerage(authenticated=False, established=False, competing=True)),
        Scenario.DENIED: Situation(admits=False, login_ends_it=False),
        Scenario.BACKEND_DOWN: Situation(upstream=Upstream.FAILS, login_ends_it=False),
        Scenario.BACKEND_HUNG: Situation(upstream=Upstream.SILENT, login_ends_it=False),
    }
)


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
