"""A text's lines, replaced and added as whole lines, with the line ends that stand around them."""

import re
from collections.abc import Sequence

# What YAML 1.1 takes for the end of a line.
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_USUAL = re.compile("\r\n|[\n\r]")


def line_start(text: str, at: int) -> int:
    """Where the line begins in which that offset lies."""
    start = at
    while start and not (text[start - 1] in "\n\r\x85\u2028\u2029" and text[start - 1 : start + 1] != "\r\n"):
        start -= 1
    return start


def line_after(text: str, at: int) -> int:
    """Where the next line begins; the text's end where there is none."""
    found = _BREAK.search(text, at)
    return found.end() if found else len(text)


def column(text: str, at: int) -> int | None:
    """How many blanks stand before that offset in its line; None where something else does."""
    before = text[line_start(text, at) : at]
    return None if before.strip(" ") else len(before)


def line_end_at(text: str, at: int) -> str:
    """The line end to use there: that of the line before, else that of the next one, else the usual one."""
    start = line_start(text, min(at, len(text)))
    before = _last_break(text, start)
    found = before if before and _USUAL.fullmatch(before) else None
    if found is None:
        first = _USUAL.search(text)
        found = first[0] if first else "\n"
    return found


def _last_break(text: str, at: int) -> str:
    two, one = text[max(0, at - 2) : at], text[max(0, at - 1) : at]
    return two if two == "\r\n" else one


def replaced(text: str, start: int, end: int, lines: Sequence[str]) -> str:
    """The text with other lines between these two beginnings of lines. A text that ends within a line still does."""
    end = min(end, len(text))
    start = min(start, end)
    eol = line_end_at(text, start)
    new = "".join(f"{line}{eol}" for line in lines)
    open_end = end == len(text) and bool(text) and not _BREAK.fullmatch(text[-1])
    if open_end:
        new = new.removesuffix(eol)
        if start == end and lines:
            new = eol + new
        elif not lines and start < end:
            start -= len(_last_break(text, start))
    return text[:start] + new + text[end:]
