"""The Positions pane of the app, on a source that a test drives."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from tests.support.screen import SIZE, SMALL, app_of, settled
from tui.domain.state import MonitorState
from tui.ui.app import CpwatchApp
from tui.ui.panes.positions import PositionsPane
from tui.ui.widgets.table import KeyedTable

TINY = (60, 18)
HUGE = (200, 60)
SIZES = [TINY, SIZE]


@asynccontextmanager
async def shown(
    state: MonitorState, size: tuple[int, int] = SMALL
) -> AsyncIterator[tuple[CpwatchApp, Pilot[int], PositionsPane]]:
    """The app with that state on its screen."""
    app = app_of(state)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        yield app, pilot, app.screen.query_one(PositionsPane)


def symbols(app: CpwatchApp) -> list[str]:
    """The rows' symbols as they stand in the table."""
    table = app.screen.query_one("#positions-table", KeyedTable)
    return [cells[0].text for _, cells in table._rows]


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Press them, and wait for what they do."""
    await pilot.press(*keys)
    await settled(pilot)
