"""Requests a second and 429s, as the footer is told of them."""

from pathlib import Path

from tests.support.rig import Rig, rig
from tui.domain.traffic import Traffic
from tui.gateway.endpoints import Endpoint
from tui.simulator.scenarios import Scenario


def traffic_of(running: Rig) -> Traffic:
    assert running.state.traffic is not None
    return running.state.traffic


def told(running: Rig) -> list[Traffic]:
    """Each traffic that was published, once."""
    found: list[Traffic] = []
    for state in running.published:
        if state.traffic is not None and (not found or found[-1] is not state.traffic):
            found.append(state.traffic)
    return found


async def test_it_counts_what_went_out_in_the_past_minute() -> None:
    async with rig().running() as running:
        await running.clock.advance(120)
        now = running.clock.now().ticks
        recent = sum(flight.at > now - 60 for flight in running.transport.flights)
        traffic = traffic_of(running)
        assert abs(traffic.own - recent / 60) <= 0.1
        assert (traffic.own, traffic.limited, traffic.until) == (traffic.all, 0, None)


async def test_other_processes_count_in_all_and_not_in_its_own(tmp_path: Path) -> None:
    one = rig(folder=tmp_path, name="one")
    two = rig(beside=one, folder=tmp_path, name="two")
    async with one.running(), two.running():
        await one.clock.advance(120)
        for running in (one, two):
            traffic = traffic_of(running)
            assert 0 < traffic.own < traffic.all <= 1.0
        assert abs(traffic_of(one).own + traffic_of(two).own - traffic_of(one).all) <= 0.2


async def test_it_is_told_at_most_every_five_seconds_and_only_what_differs() -> None:
    async with rig(Scenario.LOGIN_REQUIRED).running() as running:
        await running.clock.advance(600)
        assert len(told(running)) <= 6
        running.published.clear()
        await running.clock.advance(600)
        assert len(told(running)) <= 2


async def test_a_429_is_counted_and_told_with_its_end() -> None:
    async with rig().running() as running:
        await running.clock.advance(60)
        running.gateway.set_scenario(Scenario.RATE_LIMITED)
        await running.clock.advance(12)
        traffic = traffic_of(running)
        assert traffic.limited >= 2
        assert traffic.everything
        assert traffic.until is not None
        assert 880 < running.clock.now().seconds_until(traffic.until) <= 900
        running.gateway.set_scenario(Scenario.READY)
        published = len(told(running))
        await running.clock.advance(300)
        # The end that is counted anew at each look is no news; the tickles that go on are, by their tenths.
        assert len(told(running)) - published <= 8
        await running.clock.advance(700)
        traffic = traffic_of(running)
        assert (traffic.until, traffic.everything) == (None, False)
        assert traffic.limited >= 2


async def test_another_process_s_429_holds_here_too(tmp_path: Path) -> None:
    one = rig(folder=tmp_path, name="one")
    two = rig(beside=one, folder=tmp_path, name="two")
    async with one.running(), two.running():
        await one.clock.advance(30)
        one.core.budget.limited(Endpoint.PNL)
        await one.clock.advance(6)
        traffic = traffic_of(two)
        assert (traffic.limited, traffic.everything) == (0, False)
        assert traffic.until is not None
