"""A conf.yaml as nodes with their places in the text, read as the gateway's SnakeYAML 1.17 reads it, within bounds."""

import re
from dataclasses import dataclass, field

from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from tui.setup.yaml_events import Events, end_of, line_of, start_of

DEEPEST = 100
MOST_NODES = 5_000
# SnakeYAML 1.17 takes no character beyond U+FFFF, not even in a comment: no emoji.
_REFUSED = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd]")


@dataclass(slots=True, eq=False)
class Place:
    """line: from 1. start, end: offsets in the text."""

    line: int
    start: int
    end: int


@dataclass(slots=True, eq=False)
class Scalar(Place):
    """One value. tag: where it is written out. plain: without quotes, so that what it is depends on how it looks."""

    text: str
    plain: bool
    tag: str | None = None


@dataclass(slots=True, eq=False)
class Items(Place):
    """A list."""

    tag: str | None = None
    items: "list[Node]" = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Pairs(Place):
    """A mapping, in the order of the text, with keys that stand there twice."""

    tag: str | None = None
    pairs: "list[tuple[Node, Node]]" = field(default_factory=list)


Node = Scalar | Items | Pairs


class BadYaml(Exception):
    """This is no YAML that the gateway reads. id: of the finding. line: from 1. fix: what to do, in a sentence."""

    def __init__(self, id: str, line: int | None, message: str, fix: str) -> None:  # noqa: A002 (as in the contract)
        super().__init__(message)
        self.id, self.line, self.message, self.fix = id, line, message, fix


def compose(text: str) -> Node | None:
    """The document's node, None where there is none. Raises BadYaml."""
    if found := _REFUSED.search(text):
        raise _refused(text, found)
    try:
        return _Composer(text).whole()
    except MarkedYAMLError as error:
        raise _explained(error) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise BadYaml("yaml-syntax", None, f"This is no YAML: {error}", _COMPARE) from None


_COMPARE = "Compare it with the conf.yaml that came with the gateway."


class _Composer:
    def __init__(self, text: str) -> None:
        self._events = Events(text)
        self._anchors: dict[str, Node] = {}
        self._depth = 0
        self._count = 0

    def whole(self) -> Node | None:
        events = self._events
        events.next()
        if events.next_is(StreamEndEvent):
            return None
        events.next()
        node = self._node()
        events.next()
        if not events.next_is(StreamEndEvent):
            line = line_of(events.next())
            raise BadYaml(
                "yaml-documents",
                line,
                "A second document begins here, and the gateway takes a file with one: it ends at its start.",
                "Take the line with --- out, and what stands in one of the two documents.",
            )
        return node

    def _node(self) -> Node:
        event = self._events.next()
        line = line_of(event)
        self._count += 1
        if self._count > MOST_NODES or self._depth > DEEPEST:
            raise BadYaml(
                "yaml-size",
                line,
                f"There are more than {MOST_NODES} values, or more than {DEEPEST} within each other: cpwatch reads no "
                "further, and takes it for a file that the gateway can't use.",
                "A gateway needs about thirty values.",
            )
        if isinstance(event, AliasEvent):
            if (known := self._anchors.get(event.anchor or "")) is None:
                raise _star(line)
            return known
        node: Node
        match event:
            case ScalarEvent():
                plain = event.style is None and event.tag in (None, "!")
                node = Scalar(line, start_of(event), end_of(event), event.value, plain, _tag(event.tag))
                self._named(event.anchor, node)
            case SequenceStartEvent():
                node = Items(line, start_of(event), end_of(event), _tag(event.tag))
                self._named(event.anchor, node)
                self._fill(node)
            case _:
                assert isinstance(event, MappingStartEvent)
                node = Pairs(line, start_of(event), end_of(event), _tag(event.tag))
                self._named(event.anchor, node)
                self._fill(node)
        return node

    def _named(self, anchor: str | None, node: Node) -> None:
        if anchor is not None:
            self._anchors[anchor] = node

    def _fill(self, node: Items | Pairs) -> None:
        self._depth += 1
        while not self._events.next_is(SequenceEndEvent, MappingEndEvent):
            first = self._node()
            if isinstance(node, Items):
                node.items.append(first)
            else:
                node.pairs.append((first, self._node()))
        node.end = end_of(self._events.next())
        self._depth -= 1


def _tag(tag: str | None) -> str | None:
    """A lone ! says nothing."""
    return None if tag == "!" else tag


def _refused(text: str, found: "re.Match[str]") -> BadYaml:
    sign = f"U+{ord(found[0]):04X}"
    line = len(re.findall("\r\n|[\n\r\x85\u2028\u2029]", text[: found.start()])) + 1
    return BadYaml(
        "yaml-character",
        line,
        f"The character {sign} stands here, which the gateway takes nowhere, not even in a comment (emoji are such): "
        "it ends at its start.",
        "Take it out.",
    )


def _star(line: int) -> BadYaml:
    return BadYaml(
        "yaml-star",
        line,
        "A * without quotes at the beginning of a value refers to another place in the file, and there is none of that "
        "name: the gateway ends at its start.",
        "Name the addresses instead: 127.0.0.1, or a range such as 192.168.1.*; in quotes it would answer 500 to all.",
    )


def _explained(error: MarkedYAMLError) -> BadYaml:
    mark = error.problem_mark or error.context_mark
    line = None if mark is None else mark.line + 1
    problem = error.problem or "it ends too early"
    if "'\\t'" in problem:
        return BadYaml(
            "yaml-tab",
            line,
            "A tab stands here where YAML takes only blanks: the gateway ends at its start.",
            "Put blanks in its place.",
        )
    if error.context == "while scanning an alias" and line is not None:
        return _star(line)
    if problem == "found unexpected ':'":
        return BadYaml(
            "yaml-colon",
            line,
            "A : within a value in [ ] or { } needs quotes around the value: the gateway ends at its start.",
            'Put the value in quotes ("…").',
        )
    said = problem if error.context is None else f"{error.context}: {problem}"
    return BadYaml("yaml-syntax", line, f"This is no YAML ({said}): the gateway ends at its start.", _COMPARE)
