"""The budget shared by real processes: over simulated minutes, after a 429, and however one of them is killed."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import pytest

from tests.support.budget_process import GATEWAY
from tests.support.clock import ManualClock
from tests.support.limits import QUARTER, TICKLE, Sent, broken_limits
from tests.support.project import ROOT
from tui.engine.budget import Budget
from tui.engine.shared_record import shared_record
from tui.gateway.endpoints import Endpoint

pytestmark = pytest.mark.live
posix = pytest.mark.skipif(sys.platform == "win32", reason="only POSIX can kill a process from within a call")


class Child:
    """One process of cpwatch's, on the test's time."""

    def __init__(self, folder: Path, name: str, part: str, at: float) -> None:
        self.name = name
        self.looks: list[float] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.budget_process", str(folder), name, part, str(at)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.next: float | None = self.told()["next"]

    def tell(self, **command: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def told(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"{self.name} has ended"
        told: dict[str, Any] = json.loads(line)
        return told

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


class Machine:
    """Several processes, and the time that they share. sent: everything that they let out, in order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = 0.0
        self.children: list[Child] = []
        self.sent: list[Sent] = []
        self._started = 0

    def start(self, *parts: str) -> Self:
        for part in parts:
            self._started += 1
            self.children.append(Child(self.folder, f"{part}-{self._started}", part, self.now))
        return self

    def stop(self, child: Child) -> None:
        child.kill()
        self.children.remove(child)

    def run(self, seconds: float, until: Callable[[Sent], bool] = lambda _: False) -> None:
        """Pass the time from waking to waking, all processes acting at once; it ends early with a request that fits."""
        end = self.now + seconds
        while self.now < end:
            wakes = [child.next for child in self.children if child.next is not None]
            self.now = min([max(at, self.now) for at in wakes] + [end])
            for child in self.children:
                child.tell(to=self.now)
            before = len(self.sent)
            for child in self.children:
                self._hear(child)
            if any(until(each) for each in self.sent[before:]):
                return

    def limited(self, child: Child) -> None:
        """That process's newest request was answered 429, which it tells the others."""
        index = max(number for number, each in enumerate(self.sent) if each.by == child.name)
        refused = self.sent[index]
        self.sent[index] = Sent(refused.at, refused.endpoint, refused.by, limited=True)
        child.tell(limited=refused.endpoint)
        self._hear(child)

    def _hear(self, child: Child) -> None:
        told = child.told()
        child.next = told["next"]
        child.looks += told["looks"]
        self.sent += [Sent(at, endpoint, child.name) for at, endpoint in told["sent"]]

    def times(self, endpoint: str) -> list[float]:
        return [each.at for each in self.sent if each.endpoint == endpoint]


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path / "budget")
    yield machine
    for child in machine.children:
        child.kill()


def test_two_monitors_and_cron_over_ten_minutes(machine: Machine) -> None:
    machine.start("monitor", "cron").run(20.0)
    machine.start("monitor").run(580.0)
    assert broken_limits(machine.sent) == []
    # Every due tickle once, by whichever of the two.
    tickles = machine.times(TICKLE)
    assert [round(at) for at in tickles] == list(range(0, 601, 60))
    assert len(machine.times(Endpoint.VALIDATE)) == 2
    # A script that looks once a minute is not left to the end of the monitors' queues.
    cron = machine.children[1]
    assert len(cron.looks) >= 9
    assert max(cron.looks) < 15.0
    # Nor is the auth status: two polls and the read timeout without one would make the verdict unknown.
    for child in machine.children:
        asked = [each.at for each in machine.sent if (each.by, each.endpoint) == (child.name, Endpoint.AUTH_STATUS)]
        assert child is cron or max(later - at for at, later in pairwise(asked)) < 20.0
    # Neither monitor starves the other, and what the limits leave is used.
    by = [sum(each.by == child.name for each in machine.sent if each.at > 60.0) for child in machine.children]
    assert by[0] == pytest.approx(by[2], rel=0.25)
    assert len(machine.sent) > 0.75 * 600


def test_processes_that_want_all_there_is_break_no_limit_whoever_is_killed(machine: Machine) -> None:
    machine.start("greedy", "greedy", "greedy").run(70.0)
    machine.stop(machine.children[0])
    machine.run(30.0)
    machine.start("greedy").run(80.0)
    assert broken_limits(machine.sent) == []
    assert len(machine.sent) > 0.75 * 180
    assert [round(at) for at in machine.times(TICKLE)] == [0, 60, 120, 180]


def test_a_429_of_one_is_respected_by_all_and_by_those_who_come_later(machine: Machine) -> None:
    machine.start("monitor", "greedy").run(30.0)
    monitor, greedy = machine.children

    def refuse(child: Child, endpoint: Endpoint) -> float:
        machine.run(120.0, until=lambda each: (each.by, each.endpoint) == (child.name, endpoint))
        machine.limited(child)
        return machine.now

    began = refuse(monitor, Endpoint.PNL)
    machine.start("greedy").run(200.0)
    assert not [at for at in machine.times(Endpoint.PNL) if at > began]
    refuse(greedy, Endpoint.POSITIONS)
    shut = refuse(machine.children[2], Endpoint.AUTH_STATUS)
    assert shut - began < 300.0
    before = len(machine.sent)
    machine.stop(greedy)
    machine.start("cron").run(QUARTER - 1.0)
    assert {each.endpoint for each in machine.sent[before:]} == {TICKLE}
    assert max(later - at for at, later in pairwise(machine.times(TICKLE))) < 61.0
    machine.run(40.0)
    assert {each.endpoint for each in machine.sent[before:]} >= {TICKLE, Endpoint.AUTH_STATUS, Endpoint.PNL}
    assert broken_limits(machine.sent) == []


WRITER = """
import asyncio, os, signal, sys
from pathlib import Path
from tests.support.budget_process import budget_at
from tests.support.clock import ManualClock

def dies_within(name, at, half):
    honest, calls = getattr(os, name), 0
    def dying(*arguments):
        nonlocal calls
        calls += 1
        if calls == at:
            if half:
                honest(arguments[0], arguments[1][: len(arguments[1]) // 2])
            if half is None:
                honest(*arguments)
            os.kill(os.getpid(), signal.SIGKILL)
        return honest(*arguments)
    setattr(os, name, dying)

async def write():
    clock = ManualClock()
    budget = budget_at(Path(sys.argv[1]), clock, "writer")
    if len(sys.argv) > 2:
        dies_within(sys.argv[2], int(sys.argv[3]), {"before": False, "half": True, "after": None}[sys.argv[4]])
    while True:
        await clock.advance(1.3)
        await budget.turn()
        print(flush=True)

asyncio.run(write())
"""


def writer(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """A process that writes the file as often as it can, and says so with a line each time."""
    command = [sys.executable, "-c", WRITER, str(folder), *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def assert_sound(folder: Path, written: int) -> None:
    """The file is whole, at once to be had, and tells all that was written but for the last one under way."""
    clock = ManualClock()
    complaints: list[str] = []
    record = shared_record(GATEWAY, clock, folder)
    known, _, _ = record.exchange([], lambda record, _: (record, True))
    budget = Budget(clock, record, tell=complaints.append)
    asyncio.run(budget.turn_unless_held(Endpoint.SUMMARY))
    assert complaints == []
    assert budget.trouble is None
    assert list(folder.glob("*.corrupt-*")) == []
    assert written <= sum(turn.by == "writer" for turn in known.turns) <= written + 1 or written > 40


def test_a_process_killed_at_any_time_leaves_a_whole_file(tmp_path: Path) -> None:
    for number in range(25):
        folder = tmp_path / str(number)
        process = writer(folder)
        assert process.stdout is not None
        for _ in range(number + 1):
            process.stdout.readline()
        process.kill()
        rest, _ = process.communicate()
        assert_sound(folder, number + 1 + len(rest))


@posix
@pytest.mark.parametrize(
    ("function", "call", "when", "written"),
    [
        ("write", 1, "half", 0),
        ("write", 4, "before", 3),
        ("write", 4, "half", 3),
        ("write", 4, "after", 3),
        ("replace", 1, "before", 0),
        ("replace", 4, "before", 3),
        ("replace", 4, "after", 4),
        ("close", 7, "before", 3),
    ],
)
def test_a_process_killed_at_this_very_call_leaves_a_whole_file(
    tmp_path: Path, function: str, call: int, when: str, written: int
) -> None:
    process = writer(tmp_path, function, str(call), when)
    said, _ = process.communicate()
    assert process.returncode == -9
    assert len(said) <= written
    assert_sound(tmp_path, written)


@contextmanager
def holding(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has the lock and does nothing with it."""
    code = (
        "import sys\nfrom pathlib import Path\nfrom tui.engine.shared_file import SharedFile\n"
        "with SharedFile(Path(sys.argv[1]), 'localhost-5000').locked():\n print(flush=True)\n sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


async def test_a_lock_dies_with_the_process_that_held_it(tmp_path: Path) -> None:
    clock = ManualClock()
    complaints: list[str] = []
    budget = Budget(clock, shared_record(GATEWAY, clock, tmp_path), tell=complaints.append)
    with holding(tmp_path) as process:
        asked = asyncio.ensure_future(budget.turn())
        await clock.advance(1.0)
        assert asked.done()
        assert "Ctrl-Z" in complaints[0]
        process.kill()
        process.wait()
        await budget.turn()
    assert budget.trouble is None
    assert len(complaints) == 1
