"""Checks run in the order of their needs, side by side where they may, and none of them can take the others with it."""

import asyncio

from tests.support.clock import ManualClock, settle
from tui.doctor.check import Check, Outcome, Result, Status
from tui.doctor.run import LONGEST, examine, leading

PASSED = Outcome(Status.PASSED, "fine")
WARNED = Outcome(Status.WARNED, "odd")
FAILED = Outcome(Status.FAILED, "refused", "connection refused")


def check(name: str, outcome: Outcome = PASSED, *needs: str) -> Check[None]:
    async def look(_scene: None) -> Outcome:
        return outcome

    return Check(name, name.title(), look, needs)


async def run(*checks: Check[None]) -> dict[str, Outcome]:
    return {each.id: each.outcome for each in await examine(checks, None, ManualClock())}


async def test_what_needs_a_failed_check_is_skipped_and_says_for_what() -> None:
    found = await run(
        check("port", FAILED), check("tls", PASSED, "port"), check("login", PASSED, "tls"), check("clock")
    )
    assert found["tls"] == Outcome(Status.SKIPPED, "skipped", "“Port” failed")
    assert found["login"].evidence == "“Port” failed"
    assert found["clock"] is PASSED


async def test_a_warning_skips_nothing() -> None:
    assert (await run(check("port", WARNED), check("tls", PASSED, "port")))["tls"] is PASSED


async def test_independent_checks_run_side_by_side_and_are_told_as_they_go() -> None:
    clock, gate, told = ManualClock(), asyncio.Event(), []

    async def slow(_scene: None) -> Outcome:
        await gate.wait()
        return PASSED

    def tell(name: str, result: Result | None) -> None:
        told.append((name, None if result is None else result.outcome.status))

    task = asyncio.ensure_future(examine([Check("slow", "Slow", slow), check("quick")], None, clock, tell))
    await settle()
    assert told == [("slow", None), ("quick", None), ("quick", Status.PASSED)]
    gate.set()
    assert [each.id for each in await task] == ["slow", "quick"]  # in their own order, however they ended


async def test_a_check_without_end_and_one_with_a_defect_have_failed() -> None:
    async def for_ever(_scene: None) -> Outcome:
        await asyncio.Event().wait()
        return PASSED

    async def broken(_scene: None) -> Outcome:
        raise ValueError("password=hunter2")

    clock = ManualClock()
    checks = [Check("long", "Long", for_ever), Check("broken", "Broken", broken), check("well")]
    task = asyncio.ensure_future(examine(checks, None, clock))
    await settle()
    await clock.advance(LONGEST)
    long, defect, well = await task
    assert (long.outcome.status, long.outcome.cause, long.seconds) == (Status.FAILED, "too-long", LONGEST)
    assert (defect.outcome.status, defect.outcome.cause) == (Status.FAILED, "defect")
    assert "hunter2" not in defect.outcome.evidence
    assert well.outcome is PASSED


async def test_the_leading_cause_is_the_first_failure_else_the_first_warning() -> None:
    results = await examine([check("a", WARNED), check("b", FAILED), check("c", FAILED)], None, ManualClock())
    assert [each.id for each in (leading(results), leading(results[:1])) if each] == ["b", "a"]
    assert leading(await examine([check("a")], None, ManualClock())) is None
