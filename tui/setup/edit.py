"""A change to a conf.yaml: made in its text, so that all else stays as it is, and judged before anyone gets it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from yaml.events import AliasEvent, NodeEvent, StreamEndEvent

from tui.setup.conf import KINDS
from tui.setup.conf_text import LARGEST, ConfText, text_of
from tui.setup.conf_values import tag_of
from tui.setup.entries import Effect
from tui.setup.finding import Stop, shown
from tui.setup.judge import Judgement, judge
from tui.setup.render import Content, Unspliceable, Value
from tui.setup.scalars import BOOL, STR, TRUE_OR_FALSE, whole_number
from tui.setup.splice import (
    is_flow,
    is_nothing,
    last_pair,
    style_of,
    with_items,
    with_pair,
    with_value,
    without_pair,
)
from tui.setup.yaml_events import Events, line_of
from tui.setup.yaml_nodes import BadYaml, Items, Node, Pairs, Scalar, compose

MOST_ENTRIES = 500
"""Entries of one list that are written; nobody means more."""
MOST_TWINS = 20
"""Times that a name may stand in a file from which it is to go."""
LISTS = ("allow", "deny")
CORS = ("origin.allowed", "allowCredentials")
_IPS = "ips"


@dataclass(frozen=True, slots=True)
class Change:
    """What a file is to have.

    allow, deny: the whole list, None to leave it as it is. settings: by name, at the left edge (`listenPort`) or below
    cors (`cors.origin.allowed`). removed: names at the left edge that are to go, wherever they stand.
    """

    allow: tuple[str, ...] | None = None
    deny: tuple[str, ...] | None = None
    settings: Mapping[str, Value] = field(default_factory=dict)
    removed: tuple[str, ...] = ()

    @property
    def lists(self) -> dict[str, tuple[str, ...]]:
        """The lists that are asked for, by name."""
        return {name: each for name, each in zip(LISTS, (self.allow, self.deny), strict=True) if each is not None}


@dataclass(frozen=True, slots=True)
class Edited:
    """The new file. judged: what the gateway makes of it."""

    data: bytes = field(repr=False)
    judged: Judgement


@dataclass(frozen=True, slots=True)
class Refused:
    """The change was not made. reason, fix: sentences, safe to print; fix may be empty. line: where, from 1."""

    reason: str
    line: int | None = None
    fix: str = ""


def edited(data: bytes, change: Change) -> Edited | Refused:
    """The file with the change, and nothing else changed: comments, order, quotes, line ends and encoding stay.

    Of names that stand there twice, the last is changed, which is the one that counts. Nothing is raised.
    """
    try:
        return _edited(data, change)
    except Unspliceable as error:
        said = f"cpwatch can't make this change without touching more than it should: {error.why}."
        return Refused(said, error.line, "Make it by hand, and let cpwatch judge the file again.")
    except BadYaml as error:
        return Refused(error.message, error.line, error.fix)


def _edited(data: bytes, change: Change) -> Edited | Refused:
    if refused := _unasked(change):
        return refused
    if len(data) > LARGEST:
        return Refused(f"More than {LARGEST // 1024} KiB can't be a conf.yaml.")
    before = text_of(data)
    old = compose(before.text)
    _no_anchors(before.text)
    if not isinstance(old, Pairs):
        return Refused("There are no settings in this file that could be changed.")
    text = before.text
    for name in change.removed:
        text = _removed(text, name)
    for name, value in change.settings.items():
        text = _set(text, _path(name), value)
    text = _listed(text, change.lists)
    return _checked(data, before, text, old, change)


def _unasked(change: Change) -> Refused | None:
    """Whether the change itself can't be meant."""
    for name in change.settings:
        top, *below = _path(name)
        if top not in KINDS or (below and (top != "cors" or below[0] not in CORS)):
            return Refused(f"The gateway knows no setting {shown(name)}.")
        if top in change.removed:
            return Refused(f"{shown(name)} can't be both set and taken out.")
    if change.lists and _IPS in change.removed:
        return Refused("The lists can't be both set and taken out.")
    for name, entries in change.lists.items():
        if len(entries) > MOST_ENTRIES:
            return Refused(f"{name} would have {len(entries)} entries: more than {MOST_ENTRIES} are not written.")
    return None


def _path(name: str) -> tuple[str, ...]:
    top, separator, below = name.partition(".")
    return (top, below) if separator else (top,)


def _no_anchors(text: str) -> None:
    """Raises Unspliceable: the file has values that stand in several places at once."""
    events = Events(text)
    while not events.next_is(StreamEndEvent):
        event = events.next()
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor is not None):
            raise Unspliceable("the file has an anchor (&) or a reference to one (*)", line_of(event))


def _root(text: str) -> Pairs:
    root = compose(text)
    if not isinstance(root, Pairs):
        raise Unspliceable("its settings would be gone")
    return root


def _removed(text: str, name: str) -> str:
    while True:
        root = _root(text)
        last_pair(root, name)
        at = [n for n, (key, _) in enumerate(root.pairs) if isinstance(key, Scalar) and key.text == name]
        if not at:
            return text
        if len(at) > MOST_TWINS:  # each costs a reading of the whole file
            raise Unspliceable(f"{shown(name)} stands there {len(at)} times", root.pairs[at[0]][0].line)
        if len(root.pairs) == 1:
            raise Unspliceable("there would be no settings left", root.line)
        text = without_pair(text, root, at[-1])


def _set(text: str, path: tuple[str, ...], content: Value | Sequence[str]) -> str:
    """The text with that content at a place at the left edge, or one below."""
    root = _root(text)
    style = style_of(text, root)
    top, *below = path
    whole: Content = {below[0]: content} if below else content
    found = last_pair(root, top)
    if found is None:
        return with_pair(text, root, top, whole, style)
    key, value = found
    if not below:
        return with_value(text, key, value, content, style, in_flow=is_flow(text, root))
    if not isinstance(value, Pairs) or (not value.pairs and not is_flow(text, value)):
        return with_value(text, key, value, whole, style, in_flow=is_flow(text, root))
    inner = last_pair(value, below[0])
    if inner is None:
        return with_pair(text, value, below[0], content, style)
    return with_value(text, *inner, content, style, in_flow=is_flow(text, value))


def _listed(text: str, lists: Mapping[str, tuple[str, ...]]) -> str:
    if not lists:
        return text
    root = _root(text)
    found = last_pair(root, _IPS)
    if found is None or not isinstance(found[1], Pairs):
        if found is not None and not is_nothing(found[1]) and len(lists) < len(LISTS):
            raise Unspliceable("`ips` is no mapping", found[0].line)
        whole: Content = dict(lists)
        style = style_of(text, root)
        if found is None:
            return with_pair(text, root, _IPS, whole, style)
        return with_value(text, *found, whole, style, in_flow=is_flow(text, root))
    for name, entries in lists.items():
        ips = last_pair(_root(text), _IPS)
        assert ips is not None
        assert isinstance(ips[1], Pairs)
        inner = last_pair(ips[1], name)
        if inner is not None and isinstance(inner[1], Items) and inner[1].tag is None:
            brackets = is_flow(text, inner[1])
            text = with_items(text, inner[1], entries)
            if entries or brackets:
                continue
            # A list in lines is gone with its last one.
        text = _set(text, (_IPS, name), entries)
    return text


def _checked(data: bytes, before: ConfText, text: str, old: Pairs, change: Change) -> Edited | Refused:
    """The new file, if it is what was asked for, and the rest is what it was."""
    new = _root(text)
    if _rest(old, change) != _rest(new, change):
        raise Unspliceable("the way that it is written is not understood well enough")
    for name, value in change.settings.items():
        if not _is(_at(new, _path(name)), value):
            raise Unspliceable(f"`{shown(name)}` would not become what was asked for")
    made = before.mark + text.encode(before.encoding)
    judged = judge(made)
    conf = judged.conf
    for name, entries in change.lists.items():
        listed = conf.allow if name == "allow" else conf.deny
        if listed is None or tuple(each.entry for each in listed) != entries:
            raise Unspliceable(f"`{name}` would not become what was asked for")
    for each in judged.entries:
        if each.effect is Effect.ERROR and each.entry in change.lists.get(each.list, ()):
            return Refused(f"With {shown(each.entry)} in it, the gateway would answer 500.", each.line)
    was = judge(data)
    if (was.starts and not judged.starts) or (was.listens and not judged.listens):
        why = next((each for each in judged.findings if each.stops is not Stop.NOTHING), None)
        return Refused(
            "The gateway would not serve any more. " + (why.message if why else ""), why.line if why else None
        )
    return Edited(made, judged)


def _at(root: Pairs, path: tuple[str, ...]) -> Node | None:
    node: Node | None = root
    for name in path:
        found = last_pair(node, name) if isinstance(node, Pairs) else None
        node = found[1] if found else None
    return node


def _is(node: Node | None, value: Value) -> bool:
    if not isinstance(node, Scalar):
        return False
    match value:
        case bool():
            return tag_of(node) == BOOL and TRUE_OR_FALSE.get(node.text.lower()) is value
        case int():
            return whole_number(node.text) == value
    return node.text == value and tag_of(node) == STR


def _rest(root: Pairs, change: Change) -> object:
    """All that a file has, without what the change is about: the last of each name, of which it is."""
    drops = {_path(name) for name in change.settings} | {(_IPS, name) for name in change.lists}
    return _plain(root, drops, frozenset(change.removed))


def _plain(node: Node, drops: set[tuple[str, ...]], removed: frozenset[str] = frozenset()) -> object:
    match node:
        case Scalar():
            return (tag_of(node), node.text)
        case Items():
            return [node.tag, *(_plain(each, set()) for each in node.items)]
    found: list[object] = [node.tag]
    last = {key.text: key for key, _ in node.pairs if isinstance(key, Scalar)}
    for key, value in node.pairs:
        name = key.text if isinstance(key, Scalar) else None
        inner = {path[1:] for path in drops if path[0] == name and last.get(path[0]) is key}
        if name in removed or () in inner:
            continue
        # A mapping that is made, or filled, or replaced for what was asked for is no other change.
        rest = _plain(value, inner) if isinstance(value, Pairs) or not inner else None
        if inner and (rest is None or rest == [None]):
            continue
        found.append((_plain(key, set()), rest))
    return found
