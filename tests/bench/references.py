"""What the figures are held against, in the same run: bare Textual apps, and htop and btop where they are installed."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench.arithmetic import Chunk, compressed_sizes
from tests.bench.cases import Span
from tests.bench.replay import Replay, first, painted
from tests.bench.running import Memory, bare, cpu_seconds, environment, home, memory
from tests.bench.terminal import BenchFailed, Terminal, ticks
from tui.simulator.child import SimulatorChild

BARE, CLIENT = "bare Textual app", "the same with httpx, pydantic, TLS"
_QUIET = 0.5
"""Seconds in which a program that is still starting would write something."""
_STARTED_WITHIN = 10.0
_BTOP_SETTINGS = "update_ms = 1000\nshow_init = False\n"


@dataclass(frozen=True, slots=True)
class Reference:
    """A program beside the monitor. first_paint: milliseconds; cpu: percent of one core; bytes a second."""

    name: str
    first_paint: float
    memory: Memory
    cpu: float
    written: float
    compressed: float


def references(span: Span, tell: Callable[[str], None]) -> list[Reference]:
    """Each of them once, as far as it is installed."""
    found = []
    with SimulatorChild() as gateway, home() as folder:
        programs: dict[str, Callable[[], Terminal | None]] = {
            BARE: lambda: bare(folder),
            CLIENT: lambda: bare(folder, "client", gateway.url),
        }
        if span.tools:
            programs |= {
                "htop, 1 Hz": lambda: _tool(folder, "htop", "-d", "10"),
                "btop, 1 Hz": lambda: _btop(folder),
            }
        for name, make in programs.items():
            terminal = make()
            if terminal is not None:
                tell(name)
                found.append(_measured(name, terminal, span))
    return found


def _measured(name: str, terminal: Terminal, span: Span) -> Reference:
    with terminal:
        drawn = Replay(terminal.replay.screen.columns, terminal.replay.screen.lines)
        terminal.record_until(lambda chunk: first(drawn, [chunk], painted) is not None)
        latest = ticks() + _STARTED_WITHIN
        while ticks() < latest and terminal.record_until(lambda _: True, _QUIET):
            pass
        terminal.record(span.settle_reference)
        begun = len(terminal.tape)
        cpu, at = cpu_seconds(terminal), ticks()
        terminal.record(span.reference)
        cpu, lasted = cpu_seconds(terminal) - cpu, ticks() - at
        events = terminal.tape[begun:]
        written = sum(len(event.data) for event in events if isinstance(event, Chunk))
        sent = sum(compressed_sizes(terminal.tape)[begun:])
        held = memory(terminal)
        shown = first(terminal.replay, terminal.unseen(), painted)
        if shown is None:
            raise BenchFailed(f"{name} drew nothing")
        first_paint = 1000 * (shown - terminal.began)
        return Reference(name, first_paint, held, 100 * cpu / lasted, written / lasted, sent / lasted)


def _tool(folder: Path, name: str, *options: str) -> Terminal | None:
    found = shutil.which(name)
    return Terminal((found, *options), (80, 24), environment(folder)) if found else None


def _btop(folder: Path) -> Terminal | None:
    settings = folder / ".config" / "btop" / "btop.conf"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(_BTOP_SETTINGS, "utf-8")
    return _tool(folder, "btop")
