"""The look at the public addresses: on the user's word, one request each, within the budget."""

import asyncio
from dataclasses import replace

from tests.support.clock import settle
from tests.support.rig import Rig, rig
from tests.support.ways import CLOUDFLARED, LOCAL, NGROK
from tui.clock import Clock
from tui.domain.address import Address
from tui.domain.events import PathSeen
from tui.domain.exposure import Openness, Probe
from tui.domain.failure import Failure, FailureKind
from tui.engine.actions import Actions
from tui.gateway.endpoints import Endpoint


class Strangers:
    """Answers for the internet; `gate` holds the answers back."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, address: Address, _clock: Clock) -> Probe:
        self.asked.append(address.url)
        await self.gate.wait()
        return Probe(address.url, Openness.OPEN, "401")


def with_tunnels() -> tuple[Rig, Strangers, Actions]:
    made, strangers = rig(), Strangers()
    made.core.apply(PathSeen(made.core.gateway, made.clock.now(), LOCAL, (NGROK, CLOUDFLARED)))
    return made, strangers, Actions(made.core, strangers)


async def test_each_public_address_is_asked_once_and_told_as_the_agent_gives_it() -> None:
    made, strangers, actions = with_tunnels()
    actions.look_for_exposure()
    await made.clock.advance(5)
    exposure = made.state.path.exposure
    assert exposure is not None
    assert exposure.at is not None
    assert [probe.url for probe in exposure.probes] == [NGROK.public_url, CLOUDFLARED.public_url]
    assert strangers.asked == [f"{NGROK.public_url}:443", f"{CLOUDFLARED.public_url}:443"]
    assert made.core.budget.traffic(0).own == round(2 / 60, 1)


async def test_a_second_wish_while_one_is_under_way_asks_nothing() -> None:
    made, strangers, actions = with_tunnels()
    strangers.gate.clear()
    actions.look_for_exposure()
    await settle()
    actions.look_for_exposure()
    await settle()
    assert len(strangers.asked) == 1
    assert made.state.path.exposure is not None
    assert made.state.path.exposure.at is None
    await actions.aclose()


async def test_a_429_is_respected() -> None:
    made, strangers, actions = with_tunnels()
    made.core.budget.limited(Endpoint.AUTH_STATUS)
    actions.look_for_exposure()
    await made.clock.advance(5)
    assert strangers.asked == []
    exposure = made.state.path.exposure
    assert exposure is not None
    assert {probe.openness for probe in exposure.probes} == {Openness.UNCLEAR}


async def test_a_429_that_a_stranger_meets_is_known_to_the_budget() -> None:
    made, strangers, _ = with_tunnels()

    async def limited(address: Address, clock: Clock) -> Probe:
        failure = Failure(FailureKind.RATE_LIMITED, "429", 429, 1200.0)
        return replace(await strangers(address, clock), failure=failure)

    Actions(made.core, limited).look_for_exposure()
    await made.clock.advance(5)
    assert made.core.budget.penalty(Endpoint.AUTH_STATUS) > 1100
    assert made.core.limited_count == 1
    assert len(strangers.asked) == 1  # the other address is left alone


async def test_where_no_public_address_is_known_nothing_is_asked() -> None:
    made, strangers, actions = with_tunnels()
    private = replace(NGROK, leads_here=False)
    made.core.apply(PathSeen(made.core.gateway, made.clock.now(), LOCAL, (private,)))
    actions.look_for_exposure()
    await settle()
    assert made.state.path.exposure is not None
    assert made.state.path.exposure.at is not None
    assert (made.state.path.exposure.probes, strangers.asked) == ((), [])


async def test_a_defect_at_one_address_hides_no_other() -> None:
    made, strangers, _ = with_tunnels()

    async def breaks(address: Address, clock: Clock) -> Probe:
        if address.host == "gw.example.com":
            return await strangers(address, clock)
        raise RuntimeError("no")

    Actions(made.core, breaks).look_for_exposure()
    await made.clock.advance(5)
    exposure = made.state.path.exposure
    assert exposure is not None
    assert [probe.url for probe in exposure.probes] == [NGROK.public_url, CLOUDFLARED.public_url]
    assert [probe.openness for probe in exposure.probes] == [Openness.UNCLEAR, Openness.OPEN]
    assert any("defect of cpwatch (RuntimeError: no)" in entry.text for entry in made.state.journal)
