"""The budget on a hand-driven clock, within one process and shared by several: turns, penalties, and broken files."""

import asyncio
import contextlib
import errno
import os
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.clock import ManualClock, settle
from tests.support.limits import Sent, broken_limits
from tui.domain.address import parse_address
from tui.domain.login import Login
from tui.domain.stamped import Stamped
from tui.engine.budget import OTHER, Budget
from tui.engine.limits import BURST, PENALTY, PER_MINUTE
from tui.engine.shared_record import SharedRecord, shared_record
from tui.gateway.endpoints import Endpoint

GATEWAY = parse_address("https://localhost:5000")


class Processes:
    """Budgets as several processes have them: a clock each that shows the same time, and one file."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.folder = folder
        self.told: list[str] = []

    def shared(self) -> SharedRecord:
        return shared_record(GATEWAY, self.clock, self.folder)

    def another(self, name: str | None = None) -> Budget:
        return Budget(self.clock, self.shared(), tell=self.told.append, name=name)

    @property
    def file(self) -> Path:
        return self.folder / "localhost-5000.json"

    def set_aside(self) -> list[Path]:
        return sorted(self.folder.glob("*.corrupt-*"))


@pytest.fixture
def processes(tmp_path: Path) -> Processes:
    return Processes(tmp_path / "budget")


@pytest.fixture(params=["alone", "shared"])
def budget(request: pytest.FixtureRequest, processes: Processes) -> Budget:
    return Budget(processes.clock) if request.param == "alone" else processes.another()


async def granted(clock: ManualClock, budgets: list[Budget], wanted: int, endpoint: str = OTHER) -> list[Sent]:
    """Ask each for that many turns at once and drive the clock until all are there; what was given, and when."""
    sent: list[Sent] = []

    async def ask(budget: Budget) -> None:
        await budget.turn(endpoint)
        sent.append(Sent(clock.now().ticks, endpoint, budget.name))

    tasks = [asyncio.create_task(ask(budget)) for _ in range(wanted) for budget in budgets]
    await settle()
    while not all(task.done() for task in tasks):
        await clock.advance(0.5)
    return sent


async def test_no_more_than_the_limits_allow(processes: Processes, budget: Budget) -> None:
    sent = await granted(processes.clock, [budget], 130)
    assert not broken_limits(sent)
    for few, seconds in ((BURST, 1.0), (PER_MINUTE, 60.0)):
        assert all(sent[i + few].at - sent[i].at >= seconds - 1e-5 for i in range(len(sent) - few))


async def test_two_processes_have_one_budget_and_share_it_alike(processes: Processes) -> None:
    both = [processes.another("a"), processes.another("b")]
    sent = await granted(processes.clock, both, 40)
    assert not broken_limits(sent)
    assert abs(sum(each.by == "a" for each in sent[:40]) - 20) <= 2


async def test_another_gateway_has_another_budget(processes: Processes) -> None:
    await granted(processes.clock, [processes.another()], 30)
    other = Budget(
        processes.clock, shared_record(parse_address("https://localhost:5001"), processes.clock, processes.folder)
    )
    assert await other.turn_unless_held(OTHER) == 0


async def test_the_keep_alive_does_not_wait_and_is_counted(processes: Processes, budget: Budget) -> None:
    for _ in range(BURST + 1):
        budget.take()
    turn = asyncio.create_task(budget.turn())
    await settle()
    assert not turn.done()
    await processes.clock.advance(1.001)
    assert turn.done()


async def test_turns_are_given_in_the_order_of_asking(processes: Processes, budget: Budget) -> None:
    order: list[int] = []

    async def ask(number: int) -> None:
        await budget.turn()
        order.append(number)

    tasks = [asyncio.create_task(ask(number)) for number in range(12)]
    await processes.clock.advance(30.0)
    assert all(task.done() for task in tasks)
    assert order == list(range(12))


async def test_what_decides_the_verdict_goes_before_the_others(processes: Processes, budget: Budget) -> None:
    order: list[str] = []

    async def ask(endpoint: str) -> None:
        await budget.turn(endpoint)
        order.append(endpoint)

    tasks = [asyncio.create_task(ask(endpoint)) for endpoint in [Endpoint.SUMMARY] * 20 + [Endpoint.AUTH_STATUS]]
    await processes.clock.advance(40.0)
    assert all(task.done() for task in tasks)
    assert order.index(Endpoint.AUTH_STATUS) <= 3


async def test_a_held_endpoint_holds_up_no_other(processes: Processes, budget: Budget) -> None:
    await budget.turn(Endpoint.PNL)
    waiting = asyncio.create_task(budget.turn(Endpoint.PNL))
    await settle()
    assert budget.held(Endpoint.PNL) == pytest.approx(5.5)
    assert await budget.turn_unless_held(Endpoint.SUMMARY) == 0.0
    assert await budget.turn_unless_held(Endpoint.PNL, patience=4.0) == pytest.approx(5.5)
    patient = asyncio.create_task(budget.turn_unless_held(Endpoint.PNL, patience=11.0))
    await processes.clock.advance(5.6)
    assert waiting.done()
    assert not patient.done()
    await processes.clock.advance(5.6)
    assert patient.result() == 0.0


async def test_who_gives_up_waiting_leaves_the_way_free(processes: Processes, budget: Budget) -> None:
    tasks = [asyncio.create_task(budget.turn()) for _ in range(20)]
    await settle()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    turn = asyncio.create_task(budget.turn())
    await processes.clock.advance(2.0)
    assert turn.done()


async def test_a_penalty_holds_for_every_process_and_outlives_them(processes: Processes) -> None:
    processes.another().limited(Endpoint.PNL)
    late = processes.another()
    assert late.penalty(Endpoint.PNL) == PENALTY
    assert await late.turn_unless_held(Endpoint.PNL) == PENALTY
    assert late.penalty(Endpoint.SUMMARY) == 0.0
    processes.another().limited(Endpoint.SUMMARY, retry_after=1200.0)
    assert late.penalty(Endpoint.AUTH_STATUS) == 1200.0
    turn = asyncio.create_task(late.turn(Endpoint.AUTH_STATUS))
    await processes.clock.advance(1199.0)
    assert not turn.done()
    assert await late.claim_tickle(60.0) == 0.0
    await processes.clock.advance(2.0)
    assert turn.done()


async def test_a_long_wait_uses_no_time_of_its_own(processes: Processes, monkeypatch: pytest.MonkeyPatch) -> None:
    budget = processes.another()
    budget.limited(Endpoint.PNL)
    slept: list[float] = []
    honest = processes.clock.sleep

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await honest(seconds)

    monkeypatch.setattr(processes.clock, "sleep", sleep)
    turn = asyncio.create_task(budget.turn(Endpoint.PNL))
    await processes.clock.advance(PENALTY + 1)
    assert turn.done()
    assert len(slept) <= PENALTY / 30 + 2


async def test_two_monitors_tickle_once_and_the_other_takes_over(processes: Processes) -> None:
    first, second = processes.another(), processes.another()
    assert first.tickled_at() is None
    assert await first.claim_tickle(60.0) == 0.0
    await processes.clock.advance(0.2)
    answered = processes.clock.now()
    first.tickled()
    await processes.clock.advance(30.0)
    at = second.tickled_at()
    assert at is not None
    assert processes.clock.now().seconds_since(at) == pytest.approx(30.0)
    assert abs((at.wall - answered.wall).total_seconds()) < 1e-3
    assert await second.claim_tickle(60.0) == pytest.approx(30.0)
    await processes.clock.advance(30.0)
    assert await second.claim_tickle(60.0) == 0.0


async def test_the_login_is_asked_for_once_by_all(processes: Processes) -> None:
    login = Login(datetime(2026, 11, 20, 8, 12, tzinfo=UTC), "NJ", paper=True, valid=True)
    first, second = processes.another(), processes.another()
    assert second.login() is None
    assert await first.turn_unless_held(Endpoint.VALIDATE) == 0.0
    first.note_login(login)
    seen = processes.clock.now()
    await processes.clock.advance(100.0)
    assert await second.turn_unless_held(Endpoint.VALIDATE) == pytest.approx(200.0)
    known = second.login()
    assert isinstance(known, Stamped)
    assert known.value == login
    assert abs((known.at.wall - seen.wall).total_seconds()) < 1e-3
    await processes.clock.advance(200.1)
    assert await second.turn_unless_held(Endpoint.VALIDATE) == 0.0


async def test_all_of_it_works_without_a_file_too(processes: Processes) -> None:
    budget = Budget(processes.clock)
    budget.limited(Endpoint.PNL)
    budget.note_login(Login(region="NJ"))
    budget.take()
    budget.tickled()
    await processes.clock.advance(10.0)
    assert budget.held(Endpoint.PNL) == budget.penalty(Endpoint.PNL) == PENALTY - 10.0
    assert (known := budget.login()) is not None
    assert known.value.region == "NJ"
    assert known.age(processes.clock.now()) == pytest.approx(10.0)
    assert (at := budget.tickled_at()) is not None
    assert processes.clock.now().seconds_since(at) == pytest.approx(10.0)
    assert await budget.claim_tickle(60.0) == 0.0


@pytest.mark.parametrize("jump", [-86_400.0, -1.5, 1.5, 3600.0, 1e9])
async def test_a_clock_that_is_set_neither_blocks_nor_lets_a_process_ask_more(
    processes: Processes, jump: float
) -> None:
    budget = processes.another()
    sent = await granted(processes.clock, [budget], 20)
    processes.clock.jump_wall(jump)
    sent += await granted(processes.clock, [budget], 50)
    assert not broken_limits(sent)
    assert sent[-1].at - sent[0].at < 80.0
    processes.clock.jump_wall(-jump)
    sent += await granted(processes.clock, [budget], 10)
    assert not broken_limits(sent)


@pytest.mark.parametrize("others_look", [True, False])
async def test_a_clock_set_back_during_a_penalty_makes_it_no_longer(processes: Processes, *, others_look: bool) -> None:
    budget = processes.another()
    budget.limited(Endpoint.PNL)
    processes.clock.jump_wall(-3600.0)
    assert budget.held(Endpoint.PNL) == PENALTY
    await processes.clock.advance(450.0)
    if others_look:
        assert processes.another().held(Endpoint.PNL) == pytest.approx(PENALTY - 450.0)
    await processes.clock.advance(450.1)
    assert await budget.turn_unless_held(Endpoint.PNL) == 0.0


async def test_what_was_slept_through_is_over(processes: Processes) -> None:
    budget = processes.another()
    budget.limited(Endpoint.PNL)
    await processes.clock.suspend(3600.0)
    assert await budget.turn_unless_held(Endpoint.PNL) == 0.0


@pytest.mark.parametrize(
    "garbage", [b"", b"\0" * 500, b'{"format": 1', b"[1, 2]", b'{"format": 99}', b"\xff\xfe"], ids=len
)
async def test_a_file_that_is_none_is_set_aside_and_begun_anew(processes: Processes, garbage: bytes) -> None:
    processes.another().take()
    processes.file.write_bytes(garbage)
    budget = processes.another()
    await budget.turn()
    assert budget.trouble is None
    assert processes.told == []
    assert [path.read_bytes() for path in processes.set_aside()] == [garbage]
    assert processes.set_aside()[0].name == "localhost-5000.json.corrupt-20261120T140322Z"
    assert b'"gateway": "localhost:5000"' in processes.file.read_bytes()


def no_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def not_allowed(*_: object) -> None:
    raise PermissionError(errno.EACCES, "Permission denied")


@pytest.mark.parametrize(
    ("function", "broken", "said"),
    [
        ("write", no_room, "No space left on device"),
        ("replace", no_room, "No space left on device"),
        ("replace", not_allowed, "Permission denied"),
        ("open", not_allowed, "Permission denied"),
        ("mkdir", not_allowed, "Permission denied"),
    ],
)
async def test_where_nothing_can_be_written_the_process_keeps_to_the_limits_by_itself(
    processes: Processes, monkeypatch: pytest.MonkeyPatch, function: str, broken: Callable[..., None], said: str
) -> None:
    budget = processes.another("a")
    with monkeypatch.context() as patch:
        patch.setattr(os, function, broken)
        sent = await granted(processes.clock, [budget], 70)
        budget.limited(Endpoint.PNL)
        budget.tickled()
        assert budget.held(Endpoint.PNL) == PENALTY
        assert len(processes.told) == 1
        assert said in processes.told[0]
        assert str(processes.file) in processes.told[0]
        assert budget.trouble == processes.told[0]
        assert (at := budget.tickled_at()) is not None
        assert at.ticks == pytest.approx(processes.clock.now().ticks)
    assert not broken_limits(sent)
    # Mended: the file is used again, and the others hear of all that happened meanwhile.
    sent += await granted(processes.clock, [budget], 5)
    assert budget.trouble is None
    assert processes.another().penalty(Endpoint.PNL) > PENALTY - 60.0
    assert not broken_limits(sent)
    sent += await granted(processes.clock, [processes.another("b")], 60)
    assert not broken_limits(sent)
    assert len(processes.told) == 1


async def test_a_known_penalty_stands_when_the_file_is_lost(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget = processes.another()
    processes.another().limited(Endpoint.PNL)
    await budget.turn()
    monkeypatch.setattr(os, "open", not_allowed)
    assert budget.penalty(Endpoint.PNL) == pytest.approx(PENALTY)
    assert await budget.turn_unless_held(Endpoint.PNL) == pytest.approx(PENALTY)


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nothing can be made in that folder; root can't be kept out of it, and becomes nobody meanwhile."""
    root = os.geteuid() == 0
    folder.chmod(0o500)
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o700)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
async def test_a_folder_that_may_not_be_written_to(processes: Processes, tmp_path: Path) -> None:
    with read_only(tmp_path):
        assert not broken_limits(await granted(processes.clock, [processes.another()], 12))
    assert len(processes.told) == 1
    assert "Permission denied" in processes.told[0]


async def test_something_else_in_the_files_place(processes: Processes) -> None:
    processes.folder.write_text("a file where a folder should be")
    budget = processes.another()
    await budget.turn()
    assert budget.held(OTHER) == 0.0
    assert len(processes.told) == 1


async def test_a_process_that_is_stopped_with_the_lock_in_hand_holds_up_nobody(processes: Processes) -> None:
    budget = processes.another("a")
    with processes.shared().file.locked():
        budget.take()
        budget.limited(Endpoint.PNL)
        assert budget.penalty(Endpoint.PNL) == PENALTY
        began = processes.clock.now()
        sent = await granted(processes.clock, [budget], 12)
        assert sent[0].at - began.ticks < 1.5
        assert "Ctrl-Z" in processes.told[0]
    sent += await granted(processes.clock, [budget], 1)
    assert not broken_limits(sent)
    assert budget.trouble is None
    assert processes.another().penalty(Endpoint.PNL) > 0
    assert processes.file.read_text().count('"by": "a"') == len(sent) + 1


async def test_a_command_that_ends_tells_what_it_had_no_chance_to_tell(processes: Processes) -> None:
    budget = processes.another()
    await budget.flush()
    assert not processes.file.exists()
    with processes.shared().file.locked():
        budget.limited(Endpoint.PNL)
    assert processes.another().penalty(Endpoint.PNL) == 0.0
    await budget.flush()
    assert processes.another().penalty(Endpoint.PNL) == PENALTY


@given(pauses=st.lists(st.floats(0, 3), max_size=30))
@settings(max_examples=30, deadline=None)
def test_holds_for_any_rhythm_of_asking(pauses: list[float]) -> None:
    async def check() -> None:
        clock = ManualClock()
        budget = Budget(clock)
        sent: list[Sent] = []
        for pause in pauses:
            await clock.advance(pause)
            sent += await granted(clock, [budget], 1)
        assert not broken_limits(sent)

    asyncio.run(check())
