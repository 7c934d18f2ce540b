"""How often the screen is drawn: what waits for the tick, what does not, and what a link that is spared is told."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from tests.support.clock import START
from tests.support.screen import SMALL, app_of, screen_text, settled, source_of
from tests.support.states import BOOK, gateway_down, ready, several_accounts, with_book
from tui.clock import Moment
from tui.doctor.examination import Examination
from tui.domain.accounts import BrokerageAccounts
from tui.domain.journal import Entry, Level
from tui.domain.stamped import Stamped
from tui.domain.state import JobFault, MonitorState
from tui.domain.verdict import verdict
from tui.domain.verdict_name import VerdictName
from tui.ui.app import CpwatchApp
from tui.ui.following import Seen
from tui.ui.panes.path import PathPane
from tui.ui.preset import Preset
from tui.ui.tempo import PROMPT, SLOW_LINK, Drawn, Tempo
from tui.ui.widgets.footer import Footer

NOW = Moment(START, 1000.0)
DEARER = (replace(BOOK[0], price=BOOK[0].price + 1 if BOOK[0].price else None), *BOOK[1:])


def drawn(state: MonitorState, examination: Examination | None = None) -> Drawn:
    """What decides, of that state at that time."""
    return Drawn.of(Seen(state, verdict(state, NOW), NOW, examination or Examination(), False, False))


def app_with(state: MonitorState, tempo: Tempo) -> CpwatchApp:
    """The app as it is started, at that tempo."""
    return app_of(state, preset=Preset(tempo=tempo))


@pytest.mark.parametrize(
    ("tempo", "focused", "seconds"),
    [
        (PROMPT, True, 60),
        (PROMPT, False, 60),
        (Tempo(), True, 60),
        (Tempo(), False, 30),
        (SLOW_LINK, True, 12),
        (SLOW_LINK, False, 4),
    ],
)
def test_a_minute_has_so_many_drawings(tempo: Tempo, focused: bool, seconds: int) -> None:
    assert sum(tempo.due(second, focused) for second in range(60)) == seconds


def test_only_where_all_is_well_time_alone_is_no_reason_to_draw() -> None:
    tempo = Tempo()
    assert [second for second in range(12) if not tempo.rests(VerdictName.READY, second)] == [0, 5, 10]
    assert not any(tempo.rests(name, 1) for name in VerdictName if name is not VerdictName.READY)
    assert not any(PROMPT.rests(VerdictName.READY, second) for second in range(60))


URGENT: dict[str, Callable[[MonitorState], MonitorState]] = {
    "another verdict": lambda _: gateway_down(),
    "an event": lambda state: replace(state, journal=(*state.journal, Entry(NOW, Level.INFO, "something"))),
    "what came of a key": lambda state: replace(state, refreshed=Stamped("asked anew", NOW)),
    "a job that died": lambda state: replace(state, faults={"auth": JobFault(NOW, "x", None)}),
    "another gateway": lambda state: replace(state, gateway="https://localhost:5001"),
    "live instead of paper": lambda state: replace(
        state, accounts=replace(state.accounts, brokerage=Stamped(BrokerageAccounts(paper=False), NOW))
    ),
    "another account": lambda state: replace(state, accounts=replace(state.accounts, visible="DU7654321")),
    "more accounts": lambda state: replace(state, accounts=several_accounts().accounts),
    "the first positions": lambda state: replace(
        state, positions=replace(state.positions, books={**state.positions.books, "DU7654321": Stamped((), NOW)})
    ),
    "a failure": lambda state: replace(state, positions=replace(state.positions, failures={"x": None})),  # type: ignore[dict-item]
}


@pytest.mark.parametrize("change", URGENT.values(), ids=URGENT.keys())
def test_what_the_user_waits_for_or_has_to_know_is_urgent(change: Callable[[MonitorState], MonitorState]) -> None:
    state, same = ready(), Examination()
    assert not drawn(state, same).urges(drawn(state, same))
    assert drawn(state, same).urges(drawn(change(state), same))


def test_the_checks_of_the_walkthrough_are_urgent() -> None:
    state, same = ready(), Examination()
    assert not drawn(state, same).urges(drawn(state, same))
    assert drawn(state, same).urges(drawn(state, Examination()))


def test_amounts_and_latencies_can_wait() -> None:
    state = ready()
    later = replace(
        with_book(state, DEARER),
        path=replace(state.path, connect=Stamped(0.5, NOW), first_byte=Stamped(0.7, NOW)),
        traffic=None,
    )
    same = Examination()
    assert not drawn(state, same).urges(drawn(later, same))


async def test_a_price_waits_for_the_tick_and_a_verdict_does_not() -> None:
    state = ready()
    app = app_with(state, Tempo())
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        before = screen_text(app)
        source_of(app).push(with_book(state, DEARER))
        await settled(pilot)
        assert screen_text(app) == before
        await source_of(app).clock.advance(1)
        await settled(pilot)
        assert f"{DEARER[0].price:,.2f}" in screen_text(app)
        source_of(app).push(gateway_down())
        await settled(pilot)
        assert "GATEWAY DOWN" in screen_text(app)


async def test_a_terminal_that_nobody_looks_at_is_drawn_less_often_until_somebody_does() -> None:
    state = ready()
    app = app_with(state, Tempo(away=4))
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        app.app_focus = False
        await seconds(app, pilot, 1)
        assert "14:03:22" in screen_text(app)
        await seconds(app, pilot, 1)
        assert "14:03:24" in screen_text(app)
        await seconds(app, pilot, 1)
        assert "14:03:24" in screen_text(app)
        app.app_focus = True
        await settled(pilot)
        assert "14:03:25" in screen_text(app)


async def test_slices_that_stay_as_they_are_are_not_worded_each_second(monkeypatch: pytest.MonkeyPatch) -> None:
    worded: list[Moment | None] = []
    lines = PathPane.lines

    def counted(self: PathPane, width: int) -> object:
        worded.append(self.now)
        return lines(self, width)

    monkeypatch.setattr(PathPane, "lines", counted)
    app = app_with(ready(), Tempo())
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        worded.clear()
        await seconds(app, pilot, 2)
        assert "14:03:24" in screen_text(app)
        assert worded == []
        await seconds(app, pilot, 1)
        assert [now.wall.second for now in worded if now is not None] == [25]


async def test_a_link_that_is_spared_is_drawn_every_five_seconds_and_the_footer_says_so() -> None:
    app = app_with(ready(), SLOW_LINK)
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        assert "slow link: every 5 s" in screen_text(app).splitlines()[-1]
        await seconds(app, pilot, 2)
        assert "14:03:22" in screen_text(app)
        await seconds(app, pilot, 1)
        assert "14:03:25" in screen_text(app)


async def test_the_footer_says_how_often_it_is_drawn_while_nobody_looks() -> None:
    app = app_with(ready(), SLOW_LINK)
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        app.app_focus = False
        await seconds(app, pilot, 8)
        assert "14:03:30" in screen_text(app)
        assert "slow link: every 15 s" in screen_text(app).splitlines()[-1]


@pytest.mark.parametrize("width", [60, 80, 120])
async def test_the_footer_says_so_however_little_room_there_is(width: int) -> None:
    app = app_with(ready(), SLOW_LINK)
    async with app.run_test(size=(width, 24)) as pilot:
        await settled(pilot)
        row = screen_text(app).splitlines()[-1]
        assert "slow link: every 5 s" in row
        assert len(row) == width
        assert "? Help" in row
        assert app.screen.query_one(Footer).region.height == 1


async def seconds(app: CpwatchApp, pilot: Pilot[int], count: int) -> None:
    """So many seconds pass."""
    await source_of(app).clock.advance(count)
    await settled(pilot)
