"""Where the settings say that secrets are kept, and how they are had from there: a variable, or the keyring."""

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tui.config.rules import KeyPath
from tui.domain.secret import Secret

LONGEST = 4096
"""Characters; the longest tokens that are sent as a header have about half of it."""
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}", re.ASCII)
_ENTRY = re.compile(r"[!-~](?:[ -~]{0,98}[!-~])?", re.ASCII)
_VALUE = re.compile(r"[!-~](?:[ -~]*[!-~])?", re.ASCII)


class Store(StrEnum):
    """What keeps a secret."""

    ENVIRONMENT = "env"
    KEYRING = "keyring"


@dataclass(frozen=True, slots=True)
class Reference:
    """Where one secret is kept. name: the variable, or the keyring's service. user: the entry of that service."""

    store: Store
    name: str
    user: str = ""

    def __str__(self) -> str:
        """As the settings file has it: `env:NAME`, `keyring:SERVICE/USER`."""
        return f"{self.store}:{self.name}" + (f"/{self.user}" if self.store is Store.KEYRING else "")


@dataclass(frozen=True, slots=True)
class BasicAuth:
    """A user name, and where the password that goes with it is kept."""

    user: str
    password: Reference


@dataclass(frozen=True, slots=True)
class WayIn:
    """What the guard before a gateway wants to see: headers by their names, and a user with a password."""

    headers: Mapping[str, Reference] = field(default_factory=dict)
    basic_auth: BasicAuth | None = None


class NoSecret(Exception):
    """A secret can't be had from where it is kept; the message says what to do, and nothing of the secret.

    at: which one, by its place below the way's table in the settings file.
    """

    def __init__(self, text: str, at: KeyPath = ()) -> None:
        super().__init__(text)
        self.at = at


def parse_reference(text: str) -> Reference | None:
    """What `env:NAME` or `keyring:SERVICE/USER` names; None for anything else, a secret itself among it."""
    store, _, rest = text.partition(":")
    match store:
        case Store.ENVIRONMENT if _VARIABLE.fullmatch(rest):
            return Reference(Store.ENVIRONMENT, rest)
        case Store.KEYRING:
            service, _, user = rest.rpartition("/")
            if _ENTRY.fullmatch(service) and _ENTRY.fullmatch(user):
                return Reference(Store.KEYRING, service, user)
    return None


def resolve(reference: Reference, environment: Mapping[str, str]) -> str:
    """The secret itself. Raises NoSecret: it is not there, or is nothing that can be sent as a header."""
    if reference.store is Store.ENVIRONMENT:
        value = environment.get(reference.name)
        if not value:
            raise NoSecret(f"the variable {reference.name} is not set: set it before cpwatch starts")
        place = f"the variable {reference.name}"
    else:
        value = _from_keyring(reference)
        place = f"the keyring's entry {reference.name}/{reference.user}"
    if len(value) > LONGEST:
        raise NoSecret(f"{place} holds more than {LONGEST} characters, which no header takes")
    if not _VALUE.fullmatch(value):
        raise NoSecret(
            f"{place} holds what can't be sent: only letters, digits and marks of ASCII, on one line, without a blank "
            "or a line end before or after"
        )
    return value


def headers_of(way_in: WayIn, environment: Mapping[str, str]) -> dict[str, Secret]:
    """The headers to be sent, by their names. Raises NoSecret, with the place of the one that can't be had."""
    found: dict[str, Secret] = {}
    for name, reference in way_in.headers.items():
        found[name] = Secret(_resolved(reference, environment, ("headers", name)))
    if (basic := way_in.basic_auth) is not None:
        import base64

        password = _resolved(basic.password, environment, ("basic_auth", "password"))
        found["Authorization"] = Secret("Basic " + base64.b64encode(f"{basic.user}:{password}".encode()).decode())
    return found


def _resolved(reference: Reference, environment: Mapping[str, str], at: KeyPath) -> str:
    try:
        return resolve(reference, environment)
    except NoSecret as error:
        raise NoSecret(str(error), at) from None


def _from_keyring(reference: Reference) -> str:
    entry = f"{reference.name}/{reference.user}"
    try:
        # By its name: it is an extra of the package, and mostly not installed.
        keyring = importlib.import_module("keyring")
    except ImportError:
        raise NoSecret(
            f"{reference} is in the system's keyring, which needs one more package: pip install 'cpwatch[keyring]'"
        ) from None
    try:
        value = keyring.get_password(reference.name, reference.user)
    except Exception as error:  # noqa: BLE001 (each system's keyring raises what it likes, and its words may tell much)
        raise NoSecret(
            f"the system's keyring gave no {entry} ({type(error).__name__}): unlock it, or keep the secret in a "
            "variable (env:NAME)"
        ) from None
    if not isinstance(value, str) or not value:
        raise NoSecret(
            f"the system's keyring has no {entry}: put it there with `keyring set {reference.name} {reference.user}`"
        )
    return value
