"""The user's own keys: which command each stands for, checked before they are used."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from tui.ui.command import TOGETHER, Command, key_name
from tui.ui.commands import BY_ID, COMMANDS

_NAMED = frozenset(
    [
        "backspace",
        "comma",
        "delete",
        "down",
        "end",
        "enter",
        "escape",
        "home",
        "insert",
        "left",
        "pagedown",
        "pageup",
        "right",
        "space",
        "tab",
        "up",
    ]
) | {f"f{number}" for number in range(1, 25)}
_MODIFIED = re.compile(r"(?:(?:ctrl|alt|shift)\+)+(?P<key>.+)")
# A terminal sends these bytes for other keys, or reads them itself.
_NEVER_SENT = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+s": None, "ctrl+[": "escape"}


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys in force. own: by command id, the keys that the user gave; every other command keeps its defaults."""

    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def keys(self, command: Command) -> tuple[str, ...]:
        """The keys of that command."""
        return self.own.get(command.id, command.keys)

    def shown(self, command: Command) -> str:
        """Its keys as the footer and the help show them."""
        if command.id in self.own:
            return " ".join(key_name(key) for key in self.own[command.id][:2])
        return command.shown or key_name(command.keys[0])

    def for_textual(self) -> dict[str, str]:
        """The user's own keys as Textual takes them."""
        return {each: ",".join("comma" if key == "," else key for key in keys) for each, keys in self.own.items()}


DEFAULT = Keymap()


def mistakes(own: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """What is wrong with the user's keys, as (command id as given, sentence); nothing where all is well."""
    for name, keys in own.items():
        if name not in BY_ID:
            near = get_close_matches(name, BY_ID, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(BY_ID)}"
            yield name, f"there is no command {name}{hint}"
            continue
        if not keys:
            yield name, f"{name} has no key; name at least one, or leave the line out"
        for key in keys:
            if (wrong := _wrong_key(key)) is not None:
                yield name, wrong
    yield from _clashes({name: tuple(keys) for name, keys in own.items() if name in BY_ID})


def _wrong_key(key: str) -> str | None:
    if key.casefold() in _NEVER_SENT:
        instead = _NEVER_SENT[key.casefold()]
        return f"{key!r} can't be told from {instead}" if instead else f"{key!r} stops the terminal's output"
    if len(key) == 1 and key.isprintable() and not key.isspace():
        return None
    found = _MODIFIED.fullmatch(key)
    plain = found["key"] if found else key
    if plain in _NAMED or (found and len(plain) == 1 and plain.isprintable() and plain == plain.lower()):
        return None
    return f"{key!r} is no key: a sign such as x, / or ?, or ctrl+x, f5, {', '.join(sorted(_NAMED)[:8])} …"


def _clashes(own: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Keys that would stand for two commands at one time."""
    keymap = Keymap(own)
    told: set[tuple[str, str]] = set()
    for scopes in TOGETHER:
        taken: dict[str, Command] = {}
        for command in COMMANDS:
            if command.scope not in scopes:
                continue
            for key in keymap.keys(command):
                other = taken.setdefault(key, command)
                if other is command or (other.id, command.id) in told:
                    continue
                told.add((other.id, command.id))
                blamed = command.id if command.id in own else other.id
                yield blamed, f"{key_name(key)} would stand for {other.id} and for {command.id}; give one another key"
