"""`python -m tests.bench`: what the monitor costs, beside what others cost, as one table.

It measures for about ten minutes (`--short`: well under one), and its exit code says nothing of the figures: 0, or 1
where something could not be measured at all. The machine should have nothing else to do.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from tests.bench.cases import BASE, CASES, FULL, SHORT, SHORT_CASES, Case, Span
from tests.bench.figures import figures
from tests.bench.measure import Measured, measure
from tests.bench.references import Reference, references
from tests.bench.report import Machine, Report
from tests.bench.starting import Starts, starts
from tests.bench.terminal import BenchFailed, ticks
from tui.clock import SystemClock
from tui.simulator.child import SimulatorFailed

START, REFERENCES = "start", "references"
T = TypeVar("T")


def main() -> int:
    """Measure, and print the table. Returns the exit code."""
    chosen = _arguments()
    if not hasattr(os, "openpty"):
        print("python -m tests.bench: this system has no pseudo-terminals; run it on Linux or macOS", file=sys.stderr)
        return 1
    span, cases = (SHORT, SHORT_CASES) if chosen.short else (FULL, CASES)
    wanted = set(chosen.only or [START, REFERENCES, *(case.name for case in cases)])
    report = _run(span, [case for case in CASES if case.name in wanted] if chosen.only else list(cases), wanted)
    if chosen.json:
        chosen.json.write_text(json.dumps(report.as_json(), indent=1) + "\n", "utf-8")
    print(report.as_markdown() if chosen.readme else report.as_text())
    return 1 if report.failures else 0


def _run(span: Span, cases: list[Case], wanted: set[str]) -> Report:
    failures: dict[str, str] = {}
    tell = _teller()
    before = os.getloadavg()[0]

    def attempt(name: str, do: Callable[[], T]) -> T | None:
        tell(name)
        try:
            return do()
        except (BenchFailed, SimulatorFailed) as error:
            failures[name] = str(error)
            return None

    base = next(case for case in CASES if case.name == BASE)
    started: Starts | None = attempt(START, lambda: starts(base, span)) if START in wanted else None
    beside: list[Reference] | None = None
    if REFERENCES in wanted:
        beside = attempt(REFERENCES, lambda: references(span, tell))
    tried = [attempt(case.name, partial(measure, case, span, tell)) for case in cases]
    measured: list[Measured] = [found for found in tried if found is not None]
    failures |= {f"{found.case.name}, {part}": why for found in measured for part, why in found.failures.items()}
    machine = Machine.here((before, os.getloadavg()[0]))
    date = SystemClock().now().wall.date().isoformat()
    return Report(date, machine, list(figures(measured, started, beside or [])), beside or [], failures)


def _teller() -> Callable[[str], None]:
    """Says on standard error what is being measured, and how many seconds after the start."""
    began = ticks()
    return lambda what: print(f"{ticks() - began:5.0f} s  {what}", file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    names = [START, REFERENCES, *(case.name for case in CASES)]
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=(__doc__ or "").split("\n\n", 1)[1])
    parser.add_argument("--short", action="store_true", help="a few seconds of each: what CI prints")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the same as one document")
    parser.add_argument("--only", nargs="+", choices=names, metavar="NAME", help=f"only these of {', '.join(names)}")
    parser.add_argument("--readme", action="store_true", help="print the tables as Markdown")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:  # what was started has ended with its block
        sys.exit(130)
