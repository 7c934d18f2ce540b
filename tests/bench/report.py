"""The report of a run: a table for the terminal, one for the README, and JSON."""

import math
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure
from tests.bench.references import Reference

SCHEMA = 1
_MIB = 1024 * 1024
_VERDICTS = {True: "met", False: "NOT MET", None: ""}


@dataclass(frozen=True, slots=True)
class Machine:
    """What the figures were measured on. load: of the last minute, before and after."""

    cores: int
    model: str
    system: str
    python: str
    textual: str
    load: tuple[float, float]

    @classmethod
    def here(cls, load: tuple[float, float]) -> "Machine":
        """This machine; its name stays out."""
        return cls(
            os.cpu_count() or 1,
            _model(),
            f"{platform.system()} {platform.release()}",
            platform.python_version(),
            version("textual"),
            load,
        )

    def __str__(self) -> str:
        return (
            f"{self.cores} cores of {self.model}, {self.system}, Python {self.python}, Textual {self.textual}; "
            f"load {self.load[0]:.2f} before and {self.load[1]:.2f} after"
        )


@dataclass(frozen=True, slots=True)
class Report:
    """One run. date: of its end, YYYY-MM-DD. failures: what could not be measured, and why."""

    date: str
    machine: Machine
    figures: Sequence[Figure]
    references: Sequence[Reference]
    failures: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """The same as one document; a figure's unit stands with it."""
        return {
            "schema": SCHEMA,
            "date": self.date,
            "machine": {name: getattr(self.machine, name) for name in Machine.__slots__},
            "figures": [
                {
                    "case": each.case,
                    "what": each.what,
                    "value": round(each.value, 3) if math.isfinite(each.value) else None,
                    "unit": each.unit,
                    "goal": each.goal,
                    "met": each.met,
                    "note": each.note,
                }
                for each in self.figures
            ],
            "references": [
                {
                    "name": each.name,
                    "first_paint_ms": round(each.first_paint, 1),
                    "resident_bytes": each.memory.resident,
                    "proportional_bytes": each.memory.proportional,
                    "cpu_percent": round(each.cpu, 3),
                    "bytes_per_second": round(each.written, 1),
                    "compressed_bytes_per_second": round(each.compressed, 1),
                }
                for each in self.references
            ],
            "failures": dict(self.failures),
        }

    def as_text(self) -> str:
        """The table for a terminal."""
        lines = [f"{self.date}, {self.machine}"]
        case = None
        for each in self.figures:
            if each.case != case:
                case = each.case
                lines += ["", case]
            goal = "" if each.goal is None else f"at most {shown(each.goal, each.unit)}"
            row = f"  {each.what:<46}{shown(each.value, each.unit):>12}  {goal:<18}{_VERDICTS[each.met]}"
            lines.append(f"{row.rstrip()}{f'  ({each.note})' if each.note else ''}")
        if self.references:
            lines += ["", *_aligned(_reference_rows(self.references))]
        goals = [each.met for each in self.figures if each.met is not None]
        lines += ["", f"{sum(goals)} of {len(goals)} goals met"]
        return "\n".join(lines + [f"not measured: {name}: {why}" for name, why in self.failures.items()])

    def as_markdown(self) -> str:
        """The tables for the README: the figures that have a goal, and the references."""
        rows = [("Figure", "Case", "Measured", "At most", "")]
        for each in self.figures:
            if each.goal is not None:
                verdict = "met" if each.met else "**not met**"
                rows.append((each.what, each.case, shown(each.value, each.unit), shown(each.goal, each.unit), verdict))
        parts = [f"Measured on {self.date}: {self.machine}.", _markdown(rows)]
        if self.references:
            parts.append(_markdown(_reference_rows(self.references)))
        return "\n\n".join(parts)


def shown(value: float, unit: str) -> str:
    """A value with its unit, to as many digits as say something."""
    if not math.isfinite(value):
        return "never"
    digits = {"ms": 1, "%": 2, "x": 2, "/s": 2}.get(unit, 0 if value >= 100 else 1)
    return f"{value:,.{digits}f} {unit}"


def _reference_rows(references: Iterable[Reference]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("Beside it", "First paint", "Memory", "CPU", "Bytes a second", "Compressed")]
    for each in references:
        held = shown(each.memory.resident / _MIB, "MiB")
        written = (shown(each.written, "B/s"), shown(each.compressed, "B/s"))
        rows.append((each.name, shown(each.first_paint, "ms"), held, shown(each.cpu, "%"), *written))
    return rows


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    head, *body = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([head, "|" + "---|" * len(rows[0]), *body])


def _model() -> str:
    """The processor's name, as far as the system tells it."""
    try:
        told = Path("/proc/cpuinfo").read_text("utf-8", "replace")
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name"))
    return next(names, "") or platform.machine()
