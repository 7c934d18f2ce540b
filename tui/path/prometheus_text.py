"""Prometheus's text format, as far as agents on this machine speak it: names, labels, values."""

import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

# Possessive, and from a word's beginning on only: a line of 4,000 blanks or letters would take a tenth of a second.
_LINE = re.compile(r"([A-Za-z_:][A-Za-z0-9_:]*+)(?:\s*+\{(.*)\})?\s++(\S++)(?:\s++-?\d++)?\s*+", re.ASCII)
_LABEL = re.compile(r'\b([A-Za-z_][A-Za-z0-9_]*+)\s*+=\s*+"((?:[^"\\]|\\.)*+)"', re.ASCII)
_ESCAPED = re.compile(r"\\(.)")
_LONGEST_LINE = 4096
_MOST = 5000


@dataclass(frozen=True, slots=True)
class Sample:
    """One line. labels: as they came, not yet safe to print. value: finite."""

    name: str
    labels: Mapping[str, str]
    value: float


def samples(text: str, names: Collection[str]) -> Iterator[Sample]:
    """The lines of these names, in their order; comments, and what is no such line, are passed over."""
    found = 0
    beginnings = tuple(names)
    for line in text.split("\n"):
        if len(line) > _LONGEST_LINE or not line.startswith(beginnings):
            continue
        matched = _LINE.fullmatch(line)
        if matched is None or matched[1] not in names:
            continue
        value = _number(matched[3])
        if value is None:
            continue
        found += 1
        if found > _MOST:
            return
        yield Sample(matched[1], dict(_labels(matched[2] or "")), value)


def _labels(text: str) -> Iterator[tuple[str, str]]:
    for name, value in _LABEL.findall(text):
        yield name, _ESCAPED.sub(lambda escaped: "\n" if escaped[1] == "n" else escaped[1], value)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
