"""All checks of a run: each as soon as those that it needs have passed, side by side, and none after a failed need."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from tui.clock import Clock, within
from tui.doctor.check import Check, Outcome, Result, Status
from tui.domain.redact import described

log = logging.getLogger(__name__)

S = TypeVar("S")

LONGEST = 15.0
"""Seconds that one check may take; what it waits for has shorter limits of its own."""


async def examine(
    checks: Sequence[Check[S]],
    scene: S,
    clock: Clock,
    tell: Callable[[str, Result | None], None] = lambda *_: None,
) -> tuple[Result, ...]:
    """Every check's result, in the checks' order.

    tell: called with a check's id when it begins, and with its result when it has ended. A check that takes longer than
    LONGEST has failed; one that ends by a defect has failed as well, and is logged.
    """
    known = {check.id for check in checks}
    tasks: dict[str, asyncio.Task[Result]] = {}
    for check in checks:
        needed = {need: tasks[need] for need in check.needs if need in known}
        tasks[check.id] = asyncio.create_task(_checked(check, scene, clock, needed, tell), name=check.id)
    try:
        return tuple(await asyncio.gather(*tasks.values()))
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)


async def _checked(
    check: Check[S],
    scene: S,
    clock: Clock,
    needed: Mapping[str, "asyncio.Task[Result]"],
    tell: Callable[[str, Result | None], None],
) -> Result:
    before = [await task for task in needed.values()]
    missing = [each for each in before if each.outcome.status in {Status.FAILED, Status.SKIPPED}]
    if missing:
        result = Result(check.id, check.title, _skipped(missing))
    else:
        tell(check.id, None)
        began = clock.now()
        outcome = await _looked(check, scene, clock)
        result = Result(check.id, check.title, outcome, clock.now().seconds_since(began))
    tell(check.id, result)
    return result


def _skipped(missing: Sequence[Result]) -> Outcome:
    """Skipped for what failed itself; a check that was skipped has its own reason already."""
    first = next((each for each in missing if each.outcome.status is Status.FAILED), None)
    why = f"“{first.title}” failed" if first else missing[0].outcome.evidence
    return Outcome(Status.SKIPPED, "skipped", evidence=why)


async def _looked(check: Check[S], scene: S, clock: Clock) -> Outcome:
    try:
        return await within(clock, LONGEST, _asked(check, scene))
    except TimeoutError:
        return Outcome(Status.FAILED, "too-long", f"no end after {LONGEST:g} s", "This check itself did not end.")
    except Exception as error:
        log.exception("the check %s failed by a defect", check.id)
        what = described(error)
        return Outcome(Status.FAILED, "defect", what, "A defect of cpwatch kept this check from telling anything.")


async def _asked(check: Check[S], scene: S) -> Outcome:
    return await check.look(scene)


def leading(results: Sequence[Result]) -> Result | None:
    """The first failure, in the order in which the checks depend on each other; else the first warning; else None."""
    for status in (Status.FAILED, Status.WARNED):
        found = next((each for each in results if each.outcome.status is status), None)
        if found is not None:
            return found
    return None
