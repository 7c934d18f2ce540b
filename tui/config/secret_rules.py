"""The rules of settings that lead to secrets: none of them ever repeats what it was given."""

import re
from dataclasses import dataclass
from typing import Annotated

from tui.config.rules import KeyPath, Tell, dotted
from tui.config.secrets import BasicAuth, Reference, parse_reference
from tui.config.tables import Table

_HOW = "a secret does not belong into this file, so put it into a variable or the system's keyring, and name that here"
_MOST_HEADERS = 10
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}", re.ASCII)
_USER = re.compile(r"[!-9;-~]{1,128}", re.ASCII)
# Those that cpwatch and the connection itself need as they are.
_OURS = re.compile(
    r"host|cookie2?|user-agent|connection|keep-alive|upgrade|te|trailer|expect|accept(?:-.*)?|content-.*|transfer-.*|"
    r"proxy-.*|sec-.*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a secret is kept."""

    expected: str = '"env:VARIABLE" or "keyring:SERVICE/USER"'

    def read(self, raw: object, at: KeyPath, tell: Tell) -> Reference | None:
        """The place."""
        found = parse_reference(raw) if isinstance(raw, str) else None
        if found is None:
            tell(at, f"{dotted(at)} must be {self.expected}: {_HOW}")
        return found


@dataclass(frozen=True, slots=True)
class Headers:
    """Headers by their names."""

    expected: str = 'a table: the name of a header = "env:VARIABLE" or "keyring:SERVICE/USER"'

    def read(self, raw: object, at: KeyPath, tell: Tell) -> dict[str, Reference] | None:
        """The places of their values by their names."""
        if not isinstance(raw, dict):
            tell(at, f"{dotted(at)} must be {self.expected}")
            return None
        if len(raw) > _MOST_HEADERS:
            tell(at, f"{dotted(at)} has {len(raw)} headers; at most {_MOST_HEADERS} are sent")
            return None
        good: dict[str, Reference] = {}
        seen: set[str] = set()
        for name, value in raw.items():
            here = (*at, name)
            if not _TOKEN.fullmatch(name):
                tell(here, f"{dotted(at)} has a name that no header can have: letters, digits and - are what it needs")
            elif _OURS.fullmatch(name):
                tell(here, f"{dotted(here)}: this header is cpwatch's own or the connection's: take the line out")
            elif name.lower() in seen:
                tell(here, f"{dotted(here)} stands there twice, as capitals make no difference: take one of them out")
            elif (found := Kept().read(value, here, tell)) is not None:
                good[name] = found
            seen.add(name.lower())
        return good


@dataclass(frozen=True, slots=True)
class User:
    """The name that goes with a password."""

    expected: str = "a name of 1 to 128 characters of ASCII without a blank or a colon"

    def read(self, raw: object, at: KeyPath, tell: Tell) -> str | None:
        """The name."""
        if isinstance(raw, str) and _USER.fullmatch(raw):
            return raw
        # It may be `user:password`, and is not repeated.
        tell(at, f"{dotted(at)} must be {self.expected}")
        return None


@dataclass(frozen=True, slots=True)
class _Login:
    user: Annotated[str | None, User()] = None
    password: Annotated[Reference | None, Kept()] = None


@dataclass(frozen=True, slots=True)
class Basic:
    """A user name with a password."""

    expected: str = '{ user = "NAME", password = "env:VARIABLE" } or, for the password, "keyring:SERVICE/USER"'

    def read(self, raw: object, at: KeyPath, tell: Tell) -> BasicAuth | None:
        """The name, and where the password is kept."""
        if not isinstance(raw, dict):
            tell(at, f"{dotted(at)} must be {self.expected}: {_HOW}")
            return None
        login = Table(_Login).read(raw, at, tell)
        missing = [key for key in ("user", "password") if key not in raw]
        if missing:
            tell(at, f"{dotted(at)} has no {' and no '.join(missing)}: it must be {self.expected}")
        if login.user is None or login.password is None:
            return None
        return BasicAuth(login.user, login.password)
