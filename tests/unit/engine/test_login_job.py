"""When the login was made: asked rarely, shared between processes, asked anew for another login."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.clock import START
from tests.support.rig import rig
from tui.domain.verdict import login_at
from tui.simulator.regions import NEW_JERSEY
from tui.simulator.scenarios import Scenario

VALIDATE = "/sso/validate"


async def test_time_and_region_of_the_login_are_known_within_seconds() -> None:
    async with rig().running() as running:
        await running.clock.advance(5)
        assert login_at(running.state) == START - timedelta(hours=2)
        assert running.state.session.region == NEW_JERSEY
        assert running.state.paper is True


async def test_it_is_asked_for_every_five_minutes_at_most() -> None:
    async with rig().running() as running:
        await running.clock.advance(1199)
        times = running.transport.times(VALIDATE)
        assert len(times) in {3, 4}
        assert all(later - at >= 300 for at, later in pairwise(times))


async def test_one_process_asks_for_all(tmp_path: Path) -> None:
    first = rig(folder=tmp_path, name="first")
    second = rig(beside=first, folder=tmp_path, name="second")
    async with first.running(), second.running():
        await first.clock.advance(60)
        assert first.asked(VALIDATE) == 1
        for running in (first, second):
            assert login_at(running.state) == START - timedelta(hours=2)
        await first.clock.advance(600)
        assert first.asked(VALIDATE) == 3


async def test_another_login_is_asked_for_as_soon_as_its_limit_allows() -> None:
    async with rig().running() as running:
        await running.clock.advance(200)
        running.gateway.set_scenario(Scenario.LOGIN_REQUIRED)
        await running.clock.advance(200)
        assert login_at(running.state) is None
        assert running.state.session.region == NEW_JERSEY  # its midnight ends the next login too
        running.gateway.session.log_in(running.clock.now())
        made = running.clock.now().wall
        await running.clock.advance(30)
        assert login_at(running.state) == pytest.approx(made, abs=timedelta(seconds=1))


async def test_what_was_known_of_the_login_before_is_not_taken_for_the_next_one() -> None:
    async with rig().running() as running:
        await running.clock.advance(100)
        running.transport.restart()
        await running.clock.advance(20)
        running.gateway.session.log_in(running.clock.now())
        made = running.clock.now().wall
        await running.clock.advance(60)
        assert running.verdict().name == "ready"
        assert login_at(running.state) is None
        await running.clock.advance(240)
        assert login_at(running.state) == pytest.approx(made, abs=timedelta(seconds=1))
        assert running.transport.times(VALIDATE)[1] - running.transport.times(VALIDATE)[0] >= 300
