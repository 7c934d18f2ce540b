"""PyYAML's events, with the differences to SnakeYAML 1.17 that a settings file can meet, and with types."""

from typing import Any

from yaml.error import Mark
from yaml.events import Event
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError

_ESCAPES = {sign: to for sign, to in Scanner.ESCAPE_REPLACEMENTS.items() if sign != "/"}
_LINE_ENDS = "\r\n\x85\u2028\u2029"


class Events:
    """The document's events, one after the other. Raises YAMLError where SnakeYAML would."""

    def __init__(self, text: str) -> None:
        self._parser: Any = _Parser(text)

    def next(self) -> Event:
        """Take the next event."""
        event: Event = self._parser.get_event()
        return event

    def next_is(self, *kinds: type[Event]) -> bool:
        """Whether the next event is one of these."""
        return bool(self._parser.check_event(*kinds))


def line_of(event: Event) -> int:
    """The line on which an event begins, from 1."""
    mark: Any = event.start_mark
    return int(mark.line) + 1


def start_of(event: Event) -> int:
    """The offset at which an event begins."""
    mark: Any = event.start_mark
    return int(mark.index)


def end_of(event: Event) -> int:
    """The offset behind an event."""
    mark: Any = event.end_mark
    return int(mark.index)


class _Parser(Reader, Scanner, Parser):
    """Scanner's own methods, where they differ. None of the three has types."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        # SnakeYAML knows no \/ in double quotes; PyYAML's table is for reading only.
        vars(self)["ESCAPE_REPLACEMENTS"] = _ESCAPES

    def scan_plain_spaces(self, indent: int, start_mark: Mark) -> Any:
        """Tabs after a plain value, which PyYAML refuses."""
        length = 0
        while self.peek(length) in " \t":
            length += 1
        blanks = self.prefix(length)
        if "\t" not in blanks:
            return super().scan_plain_spaces(indent, start_mark)
        self.forward(length)
        return super().scan_plain_spaces(indent, start_mark) if self.peek() in _LINE_ENDS else [blanks]

    def scan_plain(self) -> Any:
        """Colons within a plain value in [ ] and { }, which SnakeYAML refuses."""
        token: Any = super().scan_plain()
        if self.flow_level and ":" in token.value:
            raise ScannerError(None, None, "found unexpected ':'", token.start_mark)
        return token
