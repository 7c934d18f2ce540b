"""What a snapshot and a second repaint: the cells that changed, and nothing else."""

from dataclasses import replace

import pytest
from textual.geometry import Region
from textual.widget import Widget

from tests.support.screen import SIZE, SMALL, app_of, screen_text, settled, source_of
from tests.support.states import (
    ACCOUNT,
    BOOK,
    all_accounts,
    large,
    ready,
    with_book,
)
from tui.clock import Moment
from tui.domain.state import MonitorState
from tui.domain.verdict import Verdict, verdict
from tui.ui.panes.positions import PositionsPane
from tui.ui.widgets.table import KeyedTable


async def test_many_pushes_are_one_drawing() -> None:
    judged: list[MonitorState] = []

    def judge(state: MonitorState, now: Moment) -> Verdict:
        judged.append(state)
        return verdict(state, now)

    app = app_of(ready(), judge=judge)
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        judged.clear()
        for n in range(1000):
            source_of(app).push(with_book(ready(), BOOK[: n % 7]))
        last = source_of(app).snapshot
        await settled(pilot)
        assert judged == [last]


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str | None, tuple[Region, ...]]]:
    """What widgets ask to have repainted: (id, regions), regions empty for the whole widget."""
    calls: list[tuple[str | None, tuple[Region, ...]]] = []
    refresh = Widget.refresh

    def watched(self: Widget, *regions: Region, **options: bool) -> Widget:
        if options.get("repaint", True):
            calls.append((self.id, regions))
        return refresh(self, *regions, **options)

    monkeypatch.setattr(Widget, "refresh", watched)
    return calls


async def test_a_second_repaints_the_digits_that_moved(
    painted: list[tuple[str | None, tuple[Region, ...]]],
) -> None:
    app = app_of(ready())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        painted.clear()
        await source_of(app).clock.advance(1)
        await settled(pilot)
        assert "14:03:23" in screen_text(app).splitlines()[0]
        assert [(who, regions[0].size) for who, regions in painted] == [("clock", (1, 1))]


async def test_an_equal_snapshot_repaints_nothing(painted: list[tuple[str | None, tuple[Region, ...]]]) -> None:
    app = app_of(large())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        painted.clear()
        source_of(app).push(large())
        await settled(pilot)
        assert painted == []


async def test_a_price_repaints_its_own_cells(painted: list[tuple[str | None, tuple[Region, ...]]]) -> None:
    app = app_of(ready())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        painted.clear()
        dearer = replace(BOOK[1], price=BOOK[1].price + 1 if BOOK[1].price else None)
        source_of(app).push(with_book(ready(), (BOOK[0], dearer, *BOOK[2:])))
        await settled(pilot)
        assert [(who, [region.y for region in regions]) for who, regions in painted] == [("positions-table", [2])]


async def test_a_second_puts_nothing_together_anew() -> None:
    state = all_accounts()
    app = app_of(state)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        pane = app.screen.query_one(PositionsPane)
        first = pane.state.book if pane.state else None
        rows = pane._arranged.rows
        await source_of(app).clock.advance(1)
        source_of(app).push(replace(state, journal=()))
        await settled(pilot)
        assert pane.state is not None
        assert pane.state.book is first
        assert pane._arranged.rows is rows
        books = {**state.positions.books, ACCOUNT: replace(state.positions.books[ACCOUNT], value=())}
        source_of(app).push(replace(state, positions=replace(state.positions, books=books)))
        await settled(pilot)
        assert app.screen.query_one("#positions-table", KeyedTable).row_count == 5
