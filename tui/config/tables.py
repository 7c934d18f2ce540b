"""A table of the settings file -> a dataclass whose fields carry their rules, with every mistake told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar, get_args, get_type_hints

from tui.config.rules import KeyPath, Rule, Tell, dotted, given, nearest

T = TypeVar("T")

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}", re.ASCII)
_SECRET = re.compile(r"token|secret|passw|credential|cookie|webhook|api_?key|authorization", re.IGNORECASE)
_MOST_TABLES = 50


def rules(kind: type[Any]) -> dict[str, Rule]:
    """The rules of a settings dataclass by its keys, in the order of its fields."""
    hints = get_type_hints(kind, include_extras=True)
    return {each.name: get_args(hints[each.name])[1] for each in fields(kind)}


@dataclass(frozen=True, slots=True)
class Table:
    """A table with keys of its own. places: where keys that belong to other tables should stand, by key."""

    kind: type[Any]
    places: Mapping[str, str] | None = None
    expected: str = "a table"

    def read(self, raw: object, at: KeyPath, tell: Tell) -> Any:
        """The table as its dataclass, without what was wrong in it; None where it is no table."""
        if not isinstance(raw, dict):
            tell(at, f"{dotted(at)} must be a table, [{dotted(at)}], not {given(raw)}")
            return None
        known = rules(self.kind)
        values = {}
        for key, value in raw.items():
            if key in known:
                found = known[key].read(value, (*at, key), tell)
                if found is not None:
                    values[key] = found
            else:
                tell((*at, key), _unknown(key, at, list(known), self.places or {}))
        return self.kind(**values)


@dataclass(frozen=True, slots=True)
class Named:
    """Several tables of one kind, each under the name that the user gave it."""

    kind: type[Any]
    expected: str = "tables of the user's own names"

    def read(self, raw: object, at: KeyPath, tell: Tell) -> dict[str, Any] | None:
        """The tables by name; None where it is none."""
        if not isinstance(raw, dict):
            tell(at, f"{dotted(at)} must be tables, each with a name, [{dotted(at)}.NAME], not {given(raw)}")
            return None
        if len(raw) > _MOST_TABLES:
            tell(at, f"{dotted(at)} has {len(raw)} tables; at most {_MOST_TABLES} are read")
            return None
        good = {}
        for name, value in raw.items():
            if not NAME.fullmatch(name):
                where = dotted((*at, name))
                tell((*at, name), f"{where}: a name is made of letters, digits, _ and -, 32 at most: give it another")
            elif (found := Table(self.kind).read(value, (*at, name), tell)) is not None:
                good[name] = found
        return good


def _unknown(key: str, at: KeyPath, known: list[str], places: Mapping[str, str]) -> str:
    where = f"in [{dotted(at)}]" if at else "at the top of the file"
    said = f"there is no setting {dotted((key,))} {where}"
    if _SECRET.search(key):
        return f"{said}, and no secret belongs into this file: take the line out"
    if (near := nearest(key, known)) is not None:
        return f"{said}: did you mean {near}?"
    if key in places:
        return f"{said}: it belongs into [{places[key]}]"
    return f"{said}: there are {', '.join(known)}"
