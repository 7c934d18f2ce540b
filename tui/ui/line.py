"""Lines of text in parts, each with what it means: what panes compute, and widgets paint. Never markup."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rich.cells import cell_len, chop_cells, set_cell_size

from tui.ui.glyphs import MORE


class Tone(StrEnum):
    """What a piece of text means; the theme gives each its look."""

    PLAIN = "plain"
    STRONG = "strong"
    LABEL = "label"
    MUTED = "muted"
    OK = "ok"
    WARN = "warn"
    ALARM = "alarm"
    STALE = "stale"
    GAIN = "gain"
    LOSS = "loss"
    KEY = "key"
    COMMAND = "command"
    LIVE = "live"
    PAPER = "paper"
    BADGE_RED = "badge-red"
    BADGE_GREEN = "badge-green"
    BADGE_YELLOW = "badge-yellow"
    BADGE_BLUE = "badge-blue"
    BADGE_MAGENTA = "badge-magenta"
    BADGE_CYAN = "badge-cyan"


@dataclass(frozen=True, slots=True)
class Part:
    """A run of text of one tone. link: what a click on it means, None for nothing."""

    text: str
    tone: Tone = Tone.PLAIN
    link: str | None = None

    @property
    def width(self) -> int:
        """Cells."""
        return cell_len(self.text)


Line = tuple[Part, ...]


def line(*parts: Part | str) -> Line:
    """A line of parts; a bare str is plain text, and an empty one nothing."""
    made = (Part(part) if isinstance(part, str) else part for part in parts)
    return tuple(part for part in made if part.text)


def plain(of: Line) -> str:
    """The line's text."""
    return "".join(part.text for part in of)


def width(of: Line) -> int:
    """The line's width in cells."""
    return sum(part.width for part in of)


def clip(text: str, cells: int) -> str:
    """The text in at most that many cells; what is cut off is marked with an ellipsis."""
    if cell_len(text) <= cells:
        return text
    if cells <= 1:
        return MORE[: max(cells, 0)]
    return set_cell_size(text, cells - 1).rstrip(" ") + MORE


def clip_line(of: Line, cells: int) -> Line:
    """The line in at most that many cells."""
    kept: list[Part] = []
    for part in of:
        if part.width <= cells:
            kept.append(part)
            cells -= part.width
            continue
        kept.append(Part(clip(part.text, cells), part.tone, part.link))
        break
    return line(*kept)


def joined(groups: Iterable[Line], separator: str | Part = "  ") -> Line:
    """The groups that are not empty, side by side."""
    result: list[Part | str] = []
    for group in groups:
        if group:
            result.extend((separator, *group) if result else group)
    return line(*result)


def spread(left: Line, right: Line, cells: int) -> Line:
    """left at the left, right at the right, at least one blank between; the left gives way."""
    room = cells - width(right)
    if room < 2:
        return clip_line(right, cells)
    cut = clip_line(left, room - 1)
    return line(*cut, " " * (room - width(cut)), *right)


def first_fitting(variants: Sequence[Line], cells: int) -> Line:
    """The first variant that fits, or the last one."""
    return next((variant for variant in variants if width(variant) <= cells), variants[-1])


def packed(groups: Iterable[Line], cells: int) -> list[Line]:
    """The groups side by side in as few lines as hold them, none broken unless it is wider than a line."""
    rows: list[Line] = []
    for group in groups:
        together = joined((rows[-1], group)) if rows else group
        if rows and width(together) <= cells:
            rows[-1] = together
        else:
            rows.extend(wrap(group, cells))
    return rows


def wrap(of: Line, cells: int, indent: int = 0) -> list[Line]:
    """The line broken at blanks into lines of at most that many cells, those after the first indented; no text is lost.

    What is longer than a line is broken where the line ends, as it is for a command that can be copied.
    """
    rows: list[list[Part]] = [[]]
    used = 0
    for part in of:
        for word in _words(part.text):
            piece = word
            if used + cell_len(piece.rstrip(" ")) > cells and used > (indent if len(rows) > 1 else 0):
                rows.append([Part(" " * indent)] if indent else [])
                used = indent
                piece = piece.lstrip(" ")
            room = max(cells - used, 1)
            if cell_len(piece.rstrip(" ")) > room:
                chunks = _chunks(piece.rstrip(" "), room, max(cells - indent, 1))
                for chunk in chunks[:-1]:
                    rows[-1].append(Part(chunk, part.tone, part.link))
                    rows.append([Part(" " * indent)] if indent else [])
                    used = indent
                piece = chunks[-1] + " " * (len(piece) - len(piece.rstrip(" ")))
            rows[-1].append(Part(piece, part.tone, part.link))
            used += cell_len(piece)
    return [_merged(row) for row in rows]


def _words(text: str) -> list[str]:
    """The text cut behind its blanks: "a b  c" is "a ", "b  ", "c"."""
    words: list[str] = []
    start = 0
    for at in range(1, len(text)):
        if text[at - 1] == " " and text[at] != " ":
            words.append(text[start:at])
            start = at
    return [*words, text[start:]]


def _chunks(word: str, first: int, rest: int) -> list[str]:
    head = chop_cells(word, first)[0]
    return [head, *chop_cells(word[len(head) :], rest)] if len(head) < len(word) else [head]


def _merged(parts: list[Part]) -> Line:
    """The parts with neighbours of one tone joined, and without blanks at the end."""
    result: list[Part] = []
    for part in parts:
        if result and (result[-1].tone, result[-1].link) == (part.tone, part.link):
            result[-1] = Part(result[-1].text + part.text, part.tone, part.link)
        else:
            result.append(part)
    if result:
        result[-1] = Part(result[-1].text.rstrip(" "), result[-1].tone, result[-1].link)
    return line(*result)
