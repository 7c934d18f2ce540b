"""The settings' keys with their rules and the docstrings of their fields, read from the source."""

import ast
import inspect
import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tui.config.alert_settings import AlertSettings
from tui.config.rules import Rule, dotted
from tui.config.settings import Intervals, PathSettings, ProfileSettings, Settings
from tui.config.sources import Asked, resolve
from tui.config.tables import rules
from tui.domain.address import Address

TABLES: dict[str, type[object]] = {
    "": Settings,
    "intervals": Intervals,
    "alerts": AlertSettings,
    "profiles.NAME": ProfileSettings,
    "profiles.NAME.path": PathSettings,
}
"""The tables of the file by their names; empty for its top."""


@dataclass(frozen=True)
class Key:
    """One key. table: the table it stands in, empty for the top. doc: the field's docstring."""

    table: str
    name: str
    rule: Rule
    doc: str

    @property
    def path(self) -> str:
        """As it is written dotted from the top."""
        return ".".join(each for each in (self.table, self.name) if each)


def keys() -> Iterator[Key]:
    """Every key, in the order of the fields; those of `[profiles.NAME.intervals]` are those of `[intervals]`."""
    for table, kind in TABLES.items():
        docs = _docs(kind)
        for name, rule in rules(kind).items():
            yield Key(table, name, rule, docs[name])


def _docs(kind: type[object]) -> dict[str, str]:
    """The docstring below each field of a class; a field without one is missing."""
    tree = ast.parse(inspect.getsource(sys.modules[kind.__module__]))
    (body,) = [node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == kind.__name__]
    return {
        field.target.id: " ".join(below.value.value.split())
        for field, below in itertools.pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
        and isinstance(below.value.value, str)
    }


def default(key: Key) -> str:
    """What is in force where the file does not say it, as TOML; empty where that is nothing."""
    in_force = resolve(Settings(), Asked(), {})
    if key.table == "intervals":
        return f"{in_force.intervals[key.name].value:g}"
    if key.table == "alerts":
        return _plain(in_force.alerts[key.name].value)
    owner = in_force.path if key.table.endswith(".path") else in_force
    return _plain(getattr(getattr(owner, key.name, None), "value", None))


def _plain(value: object) -> str:
    match value:
        case bool() as flag:
            return "true" if flag else "false"
        case float() as number:
            return f"{number:g}"
        case Address() as address:
            return f'"{address.url}"'
        case StrEnum() as word:
            return f'"{word.value}"'
        case tuple() as several:
            return f"[{', '.join(_plain(each) for each in several)}]"
    return ""


def table() -> str:
    """The README's table of all keys."""
    rows = [
        f"| `{dotted((key.name,))}` | {f'`[{key.table}]`' if key.table else 'the top'} | {key.rule.expected} "
        f"| {f'`{known}`' if (known := default(key)) else ''} | {key.doc} |"
        for key in keys()
    ]
    return "\n".join(["| Setting | Where | What it may be | Default | What it does |", "|---|---|---|---|---|", *rows])
