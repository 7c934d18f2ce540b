"""Values and lists as YAML: in one line, or in lines of their own, indented as a file has it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tui.setup.scalars import STR, implied

Value = str | int | bool
Content = Value | Sequence[str] | dict[str, Sequence[str] | Value]
"""What a key is to have: a value, a list of texts, or a mapping of such."""

# Of these no plain word is anything else than it looks, within [ ] neither.
_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._*/+\\|()-])*", re.ASCII)
_PRINTABLE = re.compile("[ -~\xa0-\ud7ff\ue000-\ufffd]*")


class Unspliceable(Exception):
    """The text can't be changed so. line: from 1, where that is; the message says why, as the end of a sentence."""

    def __init__(self, why: str, line: int | None = None) -> None:
        super().__init__(why)
        self.why, self.line = why, line


@dataclass(frozen=True, slots=True)
class Style:
    """How a file is indented. step: a mapping below its key. dash: a list below its key. Both in blanks.

    brackets: lists are written in one line.
    """

    step: int = 2
    dash: int = 2
    brackets: bool = False


def rendered(value: Value, quote: str | None = None) -> str:
    """A value as YAML. quote: the quotes that it is to have if it may. Raises Unspliceable."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{quote or ''}{value}{quote or ''}"
    if not _PRINTABLE.fullmatch(value):
        raise Unspliceable("the new value has a sign in it that is no letter, digit or mark")
    if quote is None and _PLAIN.fullmatch(value) and implied(value) == STR:
        return value
    if quote == "'" or "\\" in value or '"' in value:
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"'


def flow(content: Content, quote: str | None = None) -> str:
    """The content in one line."""
    match content:
        case str() | int():
            return rendered(content, quote)
        case dict():
            return "{" + ", ".join(f"{key}: {flow(value)}" for key, value in content.items()) + "}"
    return "[" + ", ".join(rendered(each) for each in content) + "]"


def block(name: str, content: Content, indent: int, style: Style) -> list[str]:
    """The lines of a key and what it has."""
    before = " " * indent
    match content:
        case dict():
            below = [line for key, value in content.items() for line in block(key, value, indent + style.step, style)]
            return [f"{before}{name}:", *below]
        case str() | int():
            return [f"{before}{name}: {rendered(content)}"]
    if not content or style.brackets:
        return [f"{before}{name}: {flow(content)}"]
    return [f"{before}{name}:", *(f"{' ' * (indent + style.dash)}- {rendered(each)}" for each in content)]
