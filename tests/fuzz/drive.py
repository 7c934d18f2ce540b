"""Runs a target over and over with ever new inputs, keeps those that get somewhere new, and notes what goes wrong."""

import linecache
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

from tests.fuzz.mutate import spoiled
from tests.fuzz.target import Target
from tests.support.project import PACKAGE
from tui.clock import Clock

MEMORY = 1 << 30
"""Bytes beyond what a run began with; one that needs more has a finding."""
_KEPT = 2000
_TRACED = 8
"""How much slower a run is whose lines are followed; one in _EVERY is, and the seeds are."""
_EVERY = 4


class TooSlow(BaseException):
    """A run kept the core busy for too long; no `except Exception` takes it for its own."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that went wrong. place: where in the code; data: the input that did it."""

    target: str
    place: str
    told: str
    data: bytes


@dataclass(slots=True)
class Report:
    """What came of driving a target. lines: of ours that were reached; 0 where they were not followed."""

    runs: int = 0
    lines: int = 0
    corpus: int = 0
    slowest: float = 0.0
    findings: dict[str, Finding] = field(default_factory=dict)


class _Lines:
    """The lines of the package that were ever run. fresh: whether the last run reached one for the first time."""

    def __init__(self) -> None:
        self.seen: set[tuple[Any, int]] = set()
        self.fresh = False
        self._within = str(PACKAGE)

    def begun(self, frame: FrameType, event: str, _: object) -> Any:
        """Follow frames of the package alone."""
        return self.line if event == "call" and frame.f_code.co_filename.startswith(self._within) else None

    def line(self, frame: FrameType, event: str, _: object) -> Any:
        """Note a line."""
        if event == "line" and (place := (frame.f_code, frame.f_lineno)) not in self.seen:
            self.seen.add(place)
            self.fresh = True
        return self.line


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Raises TooSlow after so many seconds of the process's own time, which other processes do not take part in."""

    def late(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlow(f"more than {seconds} s")

    if not hasattr(signal, "setitimer"):  # as on Windows
        yield
        return
    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def tried(target: Target, data: bytes, seconds: float) -> Finding | None:
    """What goes wrong with that input; None where nothing does."""
    try:
        with _within(seconds):
            target.run(data)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 (whatever a target raises, an end of the process too, is a finding)
        return Finding(target.name, _place(error), traceback.format_exc(limit=-12), data)
    return None


def driven(target: Target, seconds: float, seed: int, clock: Clock, folder: Path | None = None) -> Report:
    """Drive it for so long. folder: where findings are written as they come; and inputs that got somewhere new."""
    random, report, lines = Random(seed), Report(), _Lines()
    corpus = list(target.seeds())
    first = list(corpus)
    began = clock.now()
    while clock.now().seconds_since(began) < seconds:
        followed = bool(first) or report.runs % _EVERY == 0
        data = first.pop() if first else spoiled(random, target, random.choice(corpus), corpus)
        lines.fresh = False
        at = clock.now()
        sys.settrace(lines.begun if followed else None)
        try:
            found = tried(target, data, target.seconds * (_TRACED if followed else 1))
        finally:
            sys.settrace(None)
        report.runs += 1
        report.slowest = max(report.slowest, clock.now().seconds_since(at))
        if found is not None and found.place not in report.findings:
            report.findings[found.place] = found
            written(found, len(report.findings), folder)
        if lines.fresh and found is None:
            corpus.append(data)
            if len(corpus) > _KEPT:
                corpus.pop(random.randrange(len(corpus)))
    report.lines, report.corpus = len(lines.seen), len(corpus)
    return report


def memory_bounded() -> None:
    """From now on this process can have MEMORY more than it has, and no more. For Linux."""
    import resource

    size = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _place(error: BaseException) -> str:
    """The kind of error, and the innermost line of ours: what makes two findings the same."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(str(PACKAGE))] or list(frames)
    last = ours[-1]
    linecache.checkcache(last.filename)
    where = "" if isinstance(error, TooSlow) else f"{Path(last.filename).name}:{last.lineno}"
    return f"{type(error).__name__} {where}"


def written(finding: Finding, number: int, folder: Path | None) -> None:
    """Write it there: the input, and what it does."""
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{finding.target}-{number}.bin").write_bytes(finding.data)
    (folder / f"{finding.target}-{number}.txt").write_text(f"{finding.place}\n{finding.told}", "utf-8", "replace")
