"""The checks on a monitor's engine: told as they go, one run at a time, ended in any case."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clock import ManualClock, settle
from tests.support.doctoring import IDLE, host, played, simulated, well
from tests.support.examinations import TITLES, beginning, examination, failing, healthy, running, warned
from tests.support.fake_source import FakeSource
from tests.support.states import ready
from tui.doctor.check import Outcome, Result, Status
from tui.doctor.checks import CHECKS
from tui.doctor.examination import Examination
from tui.doctor.examining import Examining, Tell
from tui.doctor.on_engine import affected, examined
from tui.doctor.scene import Scene
from tui.domain.address import parse_address
from tui.engine.beside import Beside, Doing, Never
from tui.simulator.scenarios import Scenario

FAILED = Outcome(Status.FAILED, "refused", "connection refused", "Nothing answers there.")


class Engine(FakeSource):
    """A source with a loop of its own: the test's."""

    def __init__(self) -> None:
        super().__init__(ready(), ManualClock())
        self.beside = Beside(self.clock)

    def run_on_loop(self, doing: Doing, never: Never = lambda: None) -> bool:
        return self.beside.put(doing, never)


class Watching:
    """An Examining over such an engine, and every examination that was told of."""

    def __init__(self, run: Callable[..., Any]) -> None:
        self.engine = Engine()
        self.source = Examining(self.engine, run)
        self.told: list[Examination] = []
        self.source.subscribe(lambda: self.told.append(self.source.examination))
        self.engine.beside.open(None)


def test_a_run_ends_where_the_engine_does_before_its_loop_ever_ran() -> None:
    engine, told = Engine(), []

    async def run(*_: Any) -> None:
        raise AssertionError("never begun")

    source = Examining(engine, run)
    source.examine()
    assert source.prove((parse_address("https://127.0.0.1:5000"),), told.append)
    assert source.examination.under_way
    engine.beside.end()
    assert not source.examination.under_way
    assert "Start cpwatch again" in source.examination.trouble
    assert [each.failure is not None for each in told] == [True]


def result(check: str, outcome: Outcome) -> Result:
    return Result(check, TITLES[check], outcome)


async def test_a_run_is_told_from_its_beginning_to_its_end_and_there_is_one_at_a_time() -> None:
    gate, runs = asyncio.Event(), []

    async def run(core: Any, ids: Sequence[str] | None, fresh: bool, before: Examination, tell: Tell) -> None:
        runs.append((ids, fresh))
        tell(Examination(TITLES, {"port": result("port", FAILED)}))
        await gate.wait()

    watching = Watching(run)
    watching.source.examine()
    assert watching.source.examination.under_way  # at once, whatever the engine's thread is busy with
    watching.source.examine()
    await settle()
    watching.source.examine(("port",), True)
    assert runs == [(None, False)]
    assert watching.source.examination.results["port"].outcome is FAILED
    assert watching.source.examination.under_way
    gate.set()
    await settle()
    assert not watching.source.examination.under_way
    assert [each.under_way for each in watching.told] == [True, True, False]
    watching.source.examine(("port",), True)
    assert watching.source.examination.results  # those of the others stay
    await settle()
    assert runs[1:] == [(("port",), True)]
    await watching.engine.beside.aclose()


async def test_a_defect_ends_the_run_and_is_said_without_secrets() -> None:
    async def broken(*_: object) -> None:
        raise ValueError("password=hunter2 \x1b[31m")

    watching = Watching(broken)
    watching.source.examine()
    await settle()
    found = watching.source.examination
    assert not found.under_way
    assert "a defect of cpwatch (ValueError: password=" in found.trouble
    assert "hunter2" not in found.trouble
    assert found.trouble.isprintable()
    await watching.engine.beside.aclose()


async def test_a_run_ends_with_the_engine_and_none_begins_after_it() -> None:
    async def for_ever(*_: object) -> None:
        await asyncio.Event().wait()

    watching = Watching(for_ever)
    watching.source.examine()
    await settle()
    await watching.engine.beside.aclose()
    for _ in range(2):
        assert not watching.source.examination.under_way
        assert "Start cpwatch again" in watching.source.examination.trouble
        watching.source.examine()


def test_all_else_is_the_engines() -> None:
    engine = Engine()
    source = Examining(engine, lambda *_: None)  # type: ignore[arg-type, return-value]
    source.start()
    source.choose_account("DU1")
    source.refresh()
    source.reopen(True)
    source.look_for_exposure()
    source.stop()
    assert (engine.started, engine.chosen, engine.refreshed, engine.reopened) == (1, ["DU1"], 1, [True])
    assert (engine.exposure_looks, engine.stopped) == (1, 1)
    assert source.snapshot is engine.snapshot
    assert source.clock is engine.clock


async def test_the_real_checks_are_told_step_by_step() -> None:
    made = simulated(Scenario.LOGIN_REQUIRED)
    told: list[Examination] = []
    scenes = lambda since: Scene(made.core, well(), since=since)  # noqa: E731 - what the engine's own is
    await played(examined(scenes, None, Examination(), told.append), made.clock)
    await made.core.client.aclose()
    assert dict(told[0].titles) == TITLES
    assert list(told[0].titles) == list(TITLES) == [check.id for check in CHECKS]
    assert told[0].results == {}
    assert any("settings" in each.running for each in told)
    assert told[-1].running == frozenset()
    assert len(told[-1].results) == len(TITLES)
    assert told[-1].leading is not None
    assert told[-1].leading.id == "login"


async def test_a_fresh_run_asks_anew_what_was_seen_just_now_and_another_does_not() -> None:
    made = simulated(Scenario.LOGIN_REQUIRED)
    scenes = lambda since: Scene(made.core, well(), since=since)  # noqa: E731 - what the engine's own is
    found: list[Examination] = []
    await played(examined(scenes, None, Examination(), found.append), made.clock)
    asked = made.asked("/iserver/auth/status")
    made.gateway.set_scenario(Scenario.READY)
    await made.clock.advance(1)
    await played(examined(scenes, ("login",), found[-1], found.append), made.clock)
    assert made.asked("/iserver/auth/status") == asked
    assert found[-1].results["login"].outcome.status is Status.FAILED
    await played(examined(scenes, ("login",), found[-1], found.append, fresh=True), made.clock)
    assert made.asked("/iserver/auth/status") == asked + 1
    assert found[-1].results["login"].outcome.status is Status.PASSED
    assert found[-1].results["accounts"].outcome.status is Status.PASSED  # what needs it was looked at too
    await made.core.client.aclose()


async def test_a_skipped_check_takes_what_it_waits_for_with_it() -> None:
    made = simulated(Scenario.READY)
    made.transport.refused = True
    scenes = lambda since: Scene(made.core, host(IDLE), since=since)  # noqa: E731 - what the engine's own is
    found: list[Examination] = []
    await played(examined(scenes, None, Examination(), found.append), made.clock)
    assert found[-1].leading is not None
    assert found[-1].leading.id == "port"
    made.transport.refused = False
    await made.clock.advance(1)
    await played(examined(scenes, ("login",), found[-1], found.append, fresh=True), made.clock)
    assert found[-1].results["port"].outcome.status is Status.PASSED
    assert found[-1].results["login"].outcome.status is Status.PASSED
    await made.core.client.aclose()


def ids_of(*wanted: str, before: Examination) -> list[str]:
    return [check.id for check in affected(CHECKS, wanted, before.results)]


def test_one_check_brings_what_needs_it_and_nothing_else() -> None:
    assert ids_of("exposure", before=healthy()) == ["exposure"]
    assert ids_of("accounts", before=healthy()) == ["accounts", "positions"]
    assert ids_of("no-such-check", before=healthy()) == []


def test_a_check_whose_need_failed_brings_that_need() -> None:
    refused = failing("port", FAILED)
    assert ids_of("accounts", before=refused) == ids_of("port", before=refused)
    assert "process" not in ids_of("accounts", before=refused)
    assert ids_of("exposure", before=Examination())[0] == "settings"  # nothing is known of what it needs


@given(st.sampled_from(sorted(TITLES)), st.sets(st.sampled_from(sorted(TITLES))))
def test_no_check_is_looked_at_without_what_it_needs(wanted: str, bad: set[str]) -> None:
    before = examination({each: FAILED if each in bad else Outcome(Status.PASSED, "fine") for each in TITLES})
    looked = affected(CHECKS, (wanted,), before.results)
    ids = {check.id for check in looked}
    assert wanted in ids
    assert all(need in ids or need not in bad for check in looked for need in check.needs)
    assert all(check.id in ids for check in CHECKS if ids.intersection(check.needs))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Examination(), None),
        (beginning(), None),
        (running(), None),
        (healthy(), None),
        (warned(), "keep-alive"),
        (failing("login", FAILED), "login"),
        # A warning does not lead while a failure may still come, nor a failure while an earlier check may still fail.
        (examination({"settings": Outcome(Status.WARNED, "odd")}, ended=False), None),
        (examination({"settings": Outcome(Status.PASSED, "fine"), "port": FAILED}, ended=False), None),
        (examination({"settings": FAILED}, ended=False), "settings"),
    ],
)
def test_what_leads_is_not_claimed_before_it_is_known(found: Examination, expected: str | None) -> None:
    assert (found.leading.id if found.leading else None) == expected
