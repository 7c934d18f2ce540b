"""Some hours beside a gateway in which everything happens once; and that the soak finds what it is for."""

from datetime import UTC, datetime

import pytest

from tests.soak.happenings import KINDS
from tests.soak.measure import MEGABYTE, Held, grown
from tests.soak.soak import Shape, Soak
from tests.soak.tickles import Tickles
from tests.soak.told import Told
from tests.soak.world import Outage
from tests.support.flights import Flight
from tests.support.limits import TICKLE
from tests.support.states import NOW, ready
from tui.domain.journal import Entry, Level
from tui.domain.state import MonitorState, Pace
from tui.engine.keepalive import TickleJob

SLOT = 300.0
EVERYTHING = Shape(
    days=(len(KINDS) + 2) * SLOT / 86400,
    positions=3,
    accounts=2,
    slot=SLOT,
    longest=100.0,
    pace=Pace(positions=12.0, pnl=30.0, others=30.0),
    start=datetime(2026, 11, 21, 4, 10, tzinfo=UTC),  # fifty minutes before New Jersey's midnight
)


async def test_hours_in_which_everything_happens_once() -> None:
    soak = Soak(EVERYTHING)
    await soak.run()
    assert soak.verdicts() == []
    assert {name for _, name in soak.happened} == set(KINDS)
    day = soak.days[0]
    assert day.due > 90
    assert day.sent >= day.due
    assert 0 < day.able < day.due
    assert soak.told.counts["slept"] > 2
    assert soak.told.counts["person"] >= 2


async def test_it_finds_a_tickle_that_was_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    honest, rounds = TickleJob.round, [0]

    async def forgetful(self: TickleJob) -> float:
        rounds[0] += 1
        return 60.0 if rounds[0] == 5 else await honest(self)

    monkeypatch.setattr(TickleJob, "round", forgetful)
    soak = Soak(Shape(days=0.01, positions=1, slot=86400.0))
    await soak.run()
    assert len(soak.verdicts()) == 2
    assert "a tickle at" in soak.verdicts()[0]
    assert "and again at" in soak.verdicts()[1]


def flights(*at: float, status: int | None = 200) -> list[Flight]:
    return [Flight(each, TICKLE, each + 0.1, status) for each in at]


def test_tickles_a_minute_apart_are_well() -> None:
    tickles = Tickles()
    tickles.follow(flights(0, 60, 120), [], [])
    assert (tickles.sent, tickles.answered, tickles.broken) == (3, 3, [])


@pytest.mark.parametrize(
    ("outage", "back", "well"),
    [
        (Outage(50, 200), 215, True),
        (Outage(50, 200), 225, False),
        (Outage(50, 200, passing=False), 255, True),
        (Outage(50, 200, passing=False), 265, False),
        (Outage(10, 20), 60, True),
        (Outage(10, 20), 62, False),
    ],
)
def test_after_an_outage_a_tickle_is_answered_soon(outage: Outage, back: float, well: bool) -> None:
    tickles = Tickles()
    failed = flights(*(at for at in range(60, 250, 5) if at < back), status=None)
    tickles.follow(flights(0) + failed + flights(back), [outage], [])
    assert (tickles.broken == []) is well
    assert (tickles.began_to_fail, tickles.came_back) == (int(back > 60), int(back > 60))


def test_a_tickle_goes_out_as_soon_as_the_machine_is_awake() -> None:
    for late, well in ((2.0, True), (4.0, False)):
        tickles = Tickles()
        tickles.follow(flights(0, 30 + late), [Outage(30, 30, asleep=300.0)], [(30.0, 300.0)])
        assert (tickles.broken == []) is well


def with_entries(*texts: str) -> tuple[Entry, ...]:
    return tuple(Entry(NOW, Level.INFO, text) for text in texts)


def journal(*entries: Entry) -> MonitorState:
    from dataclasses import replace

    return replace(ready(), journal=entries)


def test_an_entry_that_is_lost_between_two_snapshots_is_found() -> None:
    one, two, three, four = with_entries("ready: one", "keep-alive unanswered: two", "keep-alive unanswered: x", "four")
    told = Told()
    for state in (journal(one), journal(one, two), journal(two, three)):
        told.publish(state)
    assert told.broken == []
    assert told.counts == {"verdict": 1, "unanswered": 2}
    told.publish(journal(two, four))
    assert len(told.broken) == 1
    told.publish(journal(two, three))
    assert len(told.broken) == 2


def test_memory_that_grows_is_found() -> None:
    def held(megabytes: float, blocks: int = 0) -> Held:
        from collections import Counter

        return Held(Counter(), 3, 1, int(megabytes * MEGABYTE), blocks)

    assert grown([held(100)]) == []
    assert grown([held(100), held(101.9), held(103.9)]) == []
    assert len(grown([held(100), held(101.9), held(104.1)])) == 1
    assert len(grown([held(100, 10), held(100, 30_011)])) == 1
