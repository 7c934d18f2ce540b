"""Changes to a conf.yaml's text at the places that its nodes have, so that all else stays as it is."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from tui.setup.conf_values import is_null, tag_of
from tui.setup.lines import column, line_after, line_start, replaced
from tui.setup.render import Content, Style, Unspliceable, block, flow, rendered
from tui.setup.scalars import MERGE, STR
from tui.setup.yaml_nodes import Items, Node, Pairs, Scalar

_TAG = re.compile(r"!\S*\s*")


def style_of(text: str, root: Node) -> Style:
    """By what stands in the file, `ips` before all else."""
    pairs = root.pairs if isinstance(root, Pairs) else []
    ordered = sorted(pairs, key=lambda pair: not (isinstance(pair[0], Scalar) and pair[0].text == "ips"))
    steps = [gap for key, value in ordered if isinstance(value, Pairs) and (gap := _gap(text, key, value)) is not None]
    step = next((gap for gap in steps if gap > 0), 2)
    below = [pair for _, value in ordered if isinstance(value, Pairs) and value.tag is None for pair in value.pairs]
    lists = [(key, value) for key, value in [*below, *ordered] if isinstance(value, Items)]
    dashes = [gap for key, value in lists if (gap := _gap(text, key, value)) is not None]
    own = _lists_of_ips(*ordered[0]) if ordered else []
    brackets = bool(own) and all(is_flow(text, each) for each in own)
    return Style(step, next((gap for gap in dashes if gap >= 0), step), brackets)


def _lists_of_ips(key: Node, value: Node) -> list[Items]:
    if not (isinstance(key, Scalar) and key.text == "ips" and isinstance(value, Pairs)):
        return []
    return [each for _, each in value.pairs if isinstance(each, Items) and each.items]


def _gap(text: str, key: Node, value: Node) -> int | None:
    """How much further to the right than its key a value begins that stands in the lines below."""
    if line_start(text, key.start) == line_start(text, value.start):
        return None
    outer, inner = column(text, key.start), column(text, value.start)
    return None if outer is None or inner is None else inner - outer


def is_flow(text: str, node: Node) -> bool:
    """Whether a list or mapping stands in brackets."""
    return not isinstance(node, Scalar) and opening(text, node) in "[{"


def opening(text: str, node: Node) -> str:
    """The sign with which a node begins, behind its tag."""
    tag = _TAG.match(text, node.start)
    at = tag.end() if tag else node.start
    return text[at : at + 1] or " "


def content_end(text: str, node: Node) -> int:
    """Where a node's last own sign ends: a list in lines ends, for YAML, only where the next thing begins."""
    match node:
        case Items(items=[*_, last]) if not is_flow(text, node):
            return content_end(text, last)
        case Pairs(pairs=[*_, (_, last)]) if not is_flow(text, node):
            return content_end(text, last)
    return max(node.start, node.start + len(text[node.start : node.end].rstrip()))


def last_pair(mapping: Pairs, name: str) -> tuple[Scalar, Node] | None:
    """The pair of that name that counts. Raises Unspliceable where another place has a say in it."""
    for key, _ in mapping.pairs:
        if not isinstance(key, Scalar) or tag_of(key) == MERGE:
            raise Unspliceable("a mapping there has a key that is no word", key.line)
    found = [(key, value) for key, value in mapping.pairs if isinstance(key, Scalar) and key.text == name]
    return found[-1] if found else None


def with_pair(text: str, mapping: Pairs, name: str, content: Content, style: Style) -> str:
    """The text with one more pair at the end of that mapping."""
    if is_flow(text, mapping):
        added = f"{name}: {flow(content)}"
        if not mapping.pairs:
            at = text.index("{", mapping.start) + 1
            return text[:at] + added + text[at:]
        key, value = mapping.pairs[-1]
        end = max(content_end(text, key), content_end(text, value))
        return f"{text[:end]}, {added}{text[end:]}"
    indent = None if not mapping.pairs else column(text, mapping.pairs[0][0].start)
    if indent is None:
        raise Unspliceable("the mapping does not begin in a line of its own", mapping.line)
    after = line_after(text, content_end(text, mapping))
    return replaced(text, after, after, block(name, content, indent, style))


def with_value(text: str, key: Scalar, value: Node, content: Content, style: Style, *, in_flow: bool) -> str:
    """The text with something else for that key."""
    colon = re.compile(r"[ \t]*:").match(text, key.end)
    if colon is None:
        raise Unspliceable("its colon does not stand behind it", key.line)
    empty = isinstance(value, Scalar) and value.start == value.end
    indent = column(text, key.start)
    lines = isinstance(content, dict) or not (isinstance(content, str | int) or style.brackets)
    in_lines = not in_flow and lines and not isinstance(content, str | int) and len(content) > 0
    if empty and in_lines and indent is not None:
        after = line_after(text, colon.end())
        return replaced(text, after, after, block(key.text, content, indent, style)[1:])
    shown = flow(content, quote=quote_of(text, value))
    if empty:
        return f"{text[: colon.end()]} {shown}{text[colon.end() :]}"
    start, end = value.start, content_end(text, value)
    same_line = line_start(text, start) == line_start(text, key.start)
    if same_line or in_flow or (isinstance(value, Scalar) and opening(text, value) not in "|>"):
        return text[:start] + shown + text[end:]
    cut = replaced(text, line_start(text, start), line_after(text, end), [])
    return f"{cut[: colon.end()]} {shown}{cut[colon.end() :]}"


def without_pair(text: str, mapping: Pairs, at: int) -> str:
    """The text without the mapping's pair of that number."""
    if is_flow(text, mapping):
        spans = [(key.start, max(content_end(text, key), content_end(text, value))) for key, value in mapping.pairs]
        return _in_brackets(text, mapping, spans, [(at, at + 1, [])])
    key, value = mapping.pairs[at]
    if column(text, key.start) is None:
        raise Unspliceable("it does not begin in a line of its own", key.line)
    end = max(content_end(text, key), content_end(text, value))
    return replaced(text, line_start(text, key.start), line_after(text, end), [])


def with_items(text: str, items: Items, wanted: Sequence[str]) -> str:
    """The text with these entries in that list; those that it has already keep their place, quotes and comment."""
    old = [_entry(each) or id(each) for each in items.items]
    steps = SequenceMatcher(None, old, list(wanted), autojunk=False).get_opcodes()
    changes = [(a, b, list(wanted[c:d])) for kind, a, b, c, d in steps if kind != "equal"]
    quote = quote_of(text, items.items[0]) if items.items else None
    if is_flow(text, items):
        spans = [(each.start, content_end(text, each)) for each in items.items]
        kept = {entry: text[a:b] for entry, (a, b) in zip(old, spans, strict=True)}
        return _in_brackets(
            text, items, spans, [(a, b, [kept.get(e) or rendered(e, quote) for e in new]) for a, b, new in changes]
        )
    return _in_lines(text, items, old, changes, quote)


def _entry(node: Node) -> str | None:
    return node.text if isinstance(node, Scalar) and tag_of(node) == STR else None


def _in_lines(
    text: str, items: Items, old: Sequence[object], changes: list[tuple[int, int, list[str]]], quote: str | None
) -> str:
    indent = column(text, items.start)
    if indent is None or opening(text, items) != "-":
        raise Unspliceable("the list does not begin in a line of its own", items.line)
    spans = [_span(text, items, each, indent) for each in items.items]
    if any(first[1] > second[0] for first, second in itertools.pairwise(spans)):
        raise Unspliceable("two entries of the list share a line", items.line)
    first = items.items[0].start
    gap = text[line_start(text, first) + indent + 1 : first]
    gap = gap if gap and not gap.strip(" ") else " "
    own = {entry: text[a:b].rstrip("\r\n\x85\u2028\u2029") for entry, (a, b) in zip(old, spans, strict=True)}
    for begin, end, new in reversed(changes):
        # An entry that moves takes its line along.
        lines = [own.get(each) or f"{' ' * indent}-{gap}{rendered(each, quote)}" for each in new]
        for a, b in reversed(spans[begin + 1 : end]):
            text = replaced(text, a, b, [])
        if begin < end:
            text = replaced(text, *spans[begin], lines)
        else:
            at = spans[begin - 1][1] if begin else spans[0][0]
            text = replaced(text, at, at, lines)
    return text


def _span(text: str, items: Items, item: Node, indent: int) -> tuple[int, int]:
    """The lines of an entry, from that with its dash."""
    start = line_start(text, item.start)
    first = line_start(text, items.start)
    while text[start : start + indent].strip(" ") or text[start + indent : start + indent + 1] != "-":
        if start <= first:
            raise Unspliceable("an entry of the list has no dash before it", item.line)
        start = line_start(text, start - 1)
    return start, line_after(text, content_end(text, item))


def _in_brackets(
    text: str, node: Items | Pairs, spans: Sequence[tuple[int, int]], changes: list[tuple[int, int, list[str]]]
) -> str:
    """The text with other entries in brackets. spans: where the present ones stand."""
    opened = text.index(opening(text, node), node.start) + 1
    closed = node.end - 1
    if not spans:
        new = ", ".join(each for _, _, added in changes for each in added)
        blank = not text[opened:closed].strip(" ")
        return text[:opened] + new + (text[closed:] if blank else text[opened:])
    ends = [*(begin for begin, _ in spans[1:]), closed]
    pieces = [_Piece(text[a:b], text[b:end]) for (a, b), end in zip(spans, ends, strict=True)]
    usual = pieces[0].rest if len(pieces) > 1 and "#" not in pieces[0].rest else ", "
    last = pieces[-1]
    before = text[opened : spans[0][0]]
    made: list[_Piece] = []
    at = 0
    for begin, end, added in changes:
        made += pieces[at:begin]
        made += [_Piece(each, usual) for each in added]
        # Comments behind an entry that goes may be about those that stay.
        stays = "".join(
            _without_comma(each.rest) for each in pieces[begin:end] if "#" in each.rest and each is not last
        )
        if made and stays:
            made[-1] = _Piece(made[-1].item, made[-1].rest + stays)
        else:
            before += stays
        at = end
    made += pieces[at:]
    if not made:
        return text[:opened] + before + _without_comma(last.rest) + text[closed:]
    inner = before + "".join(each.item + _with_comma(each.rest) for each in made[:-1]) + made[-1].item
    if made[-1] is not last and "#" in made[-1].rest:
        inner += _without_comma(made[-1].rest)
    return text[:opened] + inner + last.rest + text[closed:]


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """An entry in brackets, and what stands between it and the next one, or the closing bracket."""

    item: str
    rest: str


def _with_comma(rest: str) -> str:
    if "," in re.sub(r"#[^\r\n]*", "", rest):
        return rest
    return f",{rest}" if rest.strip(" ") else ", "


def _without_comma(rest: str) -> str:
    """Without the first comma that is in no comment."""
    found = re.match(r"(?:[^#,]|#[^\r\n]*)*,", rest)
    return rest if found is None else rest[: found.end() - 1] + rest[found.end() :]


def quote_of(text: str, node: Node) -> str | None:
    """The quotes around a value, which another in its place gets too."""
    sign = text[node.start : node.start + 1]
    return sign if isinstance(node, Scalar) and sign in ('"', "'") else None


def is_nothing(node: Node) -> bool:
    """Whether a key has nothing: null, or an empty mapping."""
    return is_null(node) or (isinstance(node, Pairs | Items) and not _parts(node))


def _parts(node: Items | Pairs) -> Sequence[object]:
    return node.items if isinstance(node, Items) else node.pairs
