"""Whole runs beside a monitor's own jobs, which hold what the checks need as well."""

import httpx

from tests.support.doctoring import GATEWAY, RUNNING, host, played, simulated
from tests.support.rig import Rig
from tui.doctor.check import Result
from tui.doctor.checks import CHECKS
from tui.doctor.run import examine, leading
from tui.doctor.scene import Facts, Scene
from tui.simulator.scenarios import Scenario


def hung(made: Rig) -> None:
    """Let the gateway answer nothing any more."""

    async def never(request: httpx.Request) -> httpx.Response:
        await made.clock.sleep(12.0)
        raise httpx.ReadTimeout("", request=request)

    made.transport.handle_async_request = never  # type: ignore[method-assign]


async def anew(made: Rig) -> dict[str, Result]:
    """All checks, looked at anew."""
    scene = Scene(made.core, host(RUNNING, GATEWAY), Facts(), since=made.core.now())
    try:
        results = await played(examine(CHECKS, scene, made.clock), made.clock)
    finally:
        await scene.aclose()
    return {each.id: each for each in results}


async def test_ibkrs_slowness_is_never_the_gateways_own() -> None:
    made = simulated(Scenario.SLOW)
    async with made.running():
        await made.clock.advance(30)
        for _ in range(6):  # at whatever moment of the monitor's own question
            results = await anew(made)
            assert results["answers"].outcome.cause in {"in-time", "unasked"}
            assert results["ibkr"].outcome.cause == "slow"
            await made.clock.advance(0.9)


async def test_a_gateway_that_hangs_is_told_beside_the_monitors_own_question() -> None:
    made = simulated()
    async with made.running():
        await made.clock.advance(30)
        hung(made)
        await made.clock.advance(400)  # the keep-alive's fast retries are over: the status is what is under way
        for _ in range(5):
            found = leading(tuple((await anew(made)).values()))
            assert found is not None
            assert found.outcome.cause != "too-long"
            assert "no byte" in found.outcome.evidence
            await made.clock.advance(2.7)
