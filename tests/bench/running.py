"""The monitor as it is installed, over a simulated gateway in another process, with a home folder of its own."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import psutil

from tests.bench.arithmetic import median
from tests.bench.cases import Case, Colours
from tests.bench.terminal import BenchFailed, Terminal, ticks
from tests.support.project import ROOT
from tui.simulator.child import SimulatorChild, SimulatorFailed

CPWATCH = Path(sys.executable).parent / "cpwatch"
"""The command that the installation made."""
# With a look at the positions in two seconds, the rest has to be asked more rarely: all share one budget.
_FAST = "[intervals]\npositions = {:g}\naccounts = 60\nsummary = 60\nothers = 60\npnl = 60\n"
_POSITIONS = "/portfolio2/"
_LAST_FEW = 5


def environment(home: Path, colours: Colours = Colours.TRUE, **more: str) -> dict[str, str]:
    """What a program under measurement is told: a home folder and a terminal, and nothing of the caller's own."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    return {**kept, "HOME": str(home), "LANG": "C.UTF-8", **colours.environment, **more}


@contextlib.contextmanager
def home() -> Iterator[Path]:
    """A home folder for the length of the block."""
    with tempfile.TemporaryDirectory(prefix="cpwatch-bench-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextlib.contextmanager
def monitor(case: Case, url: str) -> Iterator[Terminal]:
    """The monitor in that case, from its start, of that gateway."""
    if not CPWATCH.exists():
        raise BenchFailed(f"{CPWATCH.name} is not installed beside {Path(sys.executable).name}: pip install -e .")
    with home() as folder:
        more: Mapping[str, str] = {}
        if case.pace is not None:
            settings = folder / "settings.toml"
            settings.write_text(_FAST.format(case.pace), "utf-8")
            more = {"CPWATCH_CONFIG": str(settings)}
        given = environment(folder, case.colours, **more)
        with Terminal((str(CPWATCH), "--url", url), case.size, given) as terminal:
            yield terminal


def bare(folder: Path, *arguments: str) -> Terminal:
    """The bare app of Textual's own widgets; with `client` and a URL the one that has a client too."""
    call = "import sys; from tests.bench.bare import main; main(sys.argv[1:])"
    command = (sys.executable, "-c", call, *arguments)
    return Terminal(command, (80, 24), environment(folder, PYTHONPATH=str(ROOT)))


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes. resident: as `ps` tells it. proportional: shared pages by the share in them; None where not told."""

    resident: int
    proportional: int | None


def memory(terminal: Terminal) -> Memory:
    """What the program holds now."""
    process = psutil.Process(terminal.process.pid)
    full = process.memory_full_info()
    return Memory(full.rss, getattr(full, "pss", None))


def cpu_seconds(terminal: Terminal) -> float:
    """What the program has computed so far: all of its threads, and the tools that it called and that have ended."""
    times = psutil.Process(terminal.process.pid).cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


class Refreshes:
    """When the monitor asks for the positions, on this process's clock."""

    def __init__(self, gateway: SimulatorChild) -> None:
        self._gateway = gateway
        marked = ticks()
        with contextlib.suppress(SimulatorFailed):  # there is no such path; that it was asked is written down
            gateway._ask("GET", "/bench")
        here = [asked["at"] for asked in gateway.requests()["last"] if asked["path"] == "/bench"]
        self._offset = marked - here[-1]

    def seen(self) -> list[float]:
        """All of them so far, within a few milliseconds."""
        asked = self._gateway.requests()["last"]
        return [each["at"] + self._offset for each in asked if _POSITIONS in each["path"]]

    def following(self) -> float:
        """When the next one is due, by the last ones' distance."""
        seen = self.seen()
        if len(seen) < 2:
            raise BenchFailed("the monitor has not asked for the positions twice")
        apart = median(later - earlier for earlier, later in pairwise(seen[-_LAST_FEW:]))
        due = seen[-1] + apart
        while due < ticks():
            due += apart
        return due
