"""From a node of a conf.yaml to a value, as the gateway makes it; what it can't make ends it at its start."""

from collections.abc import Iterator

from tui.setup.finding import shown
from tui.setup.matcher import Entry, Other
from tui.setup.scalars import (
    BOOL,
    INT,
    MAP,
    MERGE,
    NAMES,
    NULL,
    SEQ,
    SET,
    STR,
    TRUE_OR_FALSE,
    implied,
    makes_sense,
    whole_number,
)
from tui.setup.yaml_nodes import BadYaml, Items, Node, Pairs, Scalar

_DEEPEST_MERGE = 10
_MOST_MERGED = 1_000
_COLLECTIONS = frozenset({SEQ, MAP, SET, "tag:yaml.org,2002:omap", "tag:yaml.org,2002:pairs"})


class Unfit(Exception):
    """The gateway can't make the setting of what stands there; the message says what that is."""


def tag_of(node: Scalar) -> str:
    """What a value is, by its tag, its quotes or its looks."""
    if node.tag is not None:
        return node.tag
    return implied(node.text) if node.plain else STR


def is_null(node: Node) -> bool:
    """Whether it is nothing: left out, `~` or `null`."""
    return isinstance(node, Scalar) and tag_of(node) == NULL


def entry_of(node: Node) -> Entry:
    """A value where the gateway does not say what it wants: a text, or something else."""
    match node:
        case Items():
            return Other("a list", "[…]")
        case Pairs():
            return Other("a mapping", _pair(node))
    tag = tag_of(node)
    return node.text if tag == STR else Other(NAMES.get(tag, "something else"), shown(node.text) or "(nothing)")


def _pair(node: Pairs) -> str:
    """How a mapping of one pair looks: what comes of `- 192.168.1.5: laptop`."""
    if len(node.pairs) == 1 and isinstance(key := node.pairs[0][0], Scalar):
        return shown(f"{key.text}:")
    return "{…}"


def text_of(node: Node) -> str | None:
    """A setting that is a text. Raises Unfit."""
    match node:
        case Scalar() if is_null(node):
            return None
        case Scalar(text=text, tag=None | "tag:yaml.org,2002:str"):
            return text
        case Items(items=[]) | Pairs(pairs=[]):
            return ""
        # Java makes a text of a list of one text.
        case Items(items=[Scalar() as only]) if tag_of(only) == STR:
            return only.text
    raise Unfit(described(node))


def number_of(node: Node) -> int:
    """A setting that is a whole number. Raises Unfit."""
    if isinstance(node, Scalar) and node.tag in (None, INT) and (value := whole_number(node.text)) is not None:
        return value
    raise Unfit(described(node))


def flag_of(node: Node) -> bool:
    """A setting that is true or false. Raises Unfit."""
    if isinstance(node, Scalar) and node.tag in (None, BOOL):
        value = TRUE_OR_FALSE.get(node.text.lower())
        if value is not None:
            return value
    raise Unfit(described(node))


def described(node: Node) -> str:
    """What stands there, for a sentence."""
    match node:
        case Items():
            return "a list"
        case Pairs():
            return "a mapping"
    return "nothing" if is_null(node) else f"`{shown(node.text)}`"


def pairs_of(node: Pairs) -> list[tuple[Scalar, Node]]:
    """The mapping's pairs, those that it merges (`<<`) before its own, so that the last of a name is in force.

    Raises BadYaml.
    """
    return list(_pairs(node, 0, [_MOST_MERGED]))


def _pairs(node: Pairs, depth: int, left: list[int]) -> Iterator[tuple[Scalar, Node]]:
    if depth > _DEEPEST_MERGE:
        raise _merge(node, "merges within each other too deep")
    for key, value in node.pairs:
        if isinstance(key, Scalar) and tag_of(key) == MERGE:
            merged = value.items if isinstance(value, Items) else [value]
            # Of several, the first that has a name has its way.
            for each in reversed(merged):
                if not isinstance(each, Pairs):
                    raise _merge(key, "something that is no mapping")
                for pair in _pairs(each, depth + 1, left):
                    left[0] -= 1
                    if left[0] < 0:
                        raise _merge(key, "too much")
                    yield pair
    for key, value in node.pairs:
        if not isinstance(key, Scalar):
            raise BadYaml(
                "yaml-key",
                key.line,
                "A key has to be a single word: the gateway ends at its start.",
                "Write it as `name: value`.",
            )
        if tag_of(key) != MERGE:
            yield key, value


def _merge(node: Node, what: str) -> BadYaml:
    return BadYaml("yaml-merge", node.line, f"`<<` merges {what}.", "Write out the settings instead.")


def twice(node: Pairs) -> Iterator[tuple[Scalar, Scalar]]:
    """Keys that the mapping has more than once: the first, and each that takes its place."""
    first: dict[str, Scalar] = {}
    for key, _ in node.pairs:
        if isinstance(key, Scalar) and tag_of(key) != MERGE and key is not first.setdefault(key.text, key):
            yield first[key.text], key


def unmade(node: Node) -> Scalar | Items | Pairs | None:
    """The first node, of all that hang on this one, of which nothing can be made. Raises BadYaml."""
    seen: set[int] = set()
    todo = [node]
    while todo:
        at = todo.pop()
        if id(at) in seen:
            continue
        seen.add(id(at))
        match at:
            case Scalar():
                tag = tag_of(at)
                if tag == MERGE or not makes_sense(tag, at.text):
                    return at
            case Items(tag=None | "tag:yaml.org,2002:seq"):
                todo += reversed(at.items)
            case Pairs() if at.tag is None or at.tag in _COLLECTIONS:
                todo += [value for _, value in reversed(pairs_of(at))]
            case _:
                return at
    return None


def untagged(node: Node) -> None:
    """Raises Unfit: a list or mapping has a tag that the gateway makes something else of."""
    fits = node.tag is None or (node.tag == SEQ if isinstance(node, Items) else node.tag in _COLLECTIONS)
    if not isinstance(node, Scalar) and not fits:
        raise Unfit(f"the tag `{shown(node.tag or '')}`")
