"""The Positions pane on the screen: the panel, masks, marks of what changed, totals, and columns."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from textual.events import MouseScrollDown, MouseScrollUp

from tests.support.holdings import HUGE, SIZES, TINY, press, shown
from tests.support.parts import ACCOUNT, BOOK
from tests.support.screen import SIZE, SMALL, screen_text, settled, source_of
from tests.support.states import all_accounts, closed_rows, hostile, ready, several_accounts, with_book
from tui.domain.positions import Position
from tui.domain.state import MonitorState
from tui.ui.widgets.position_panel import PositionPanel


def option(**changes: object) -> Position:
    """An option of which IBKR sent many fields."""
    sent = {f"field{n:02}": n for n in range(12)}
    return replace(BOOK[4], name="S&P 500", exchange="CBOE", conid="756733", sent=sent, **changes)


@pytest.mark.parametrize("size", SIZES)
async def test_the_panel_shows_the_row_under_the_cursor_and_scrolls(size: tuple[int, int]) -> None:
    async with shown(with_book(ready(), (option(), *BOOK[:3])), size) as (app, pilot, pane):
        await press(pilot, "enter")
        assert pane.detailed
        assert pane.table.has_focus
        said = screen_text(app)
        assert "S&P 500" in said
        assert " of " in said
        seen = said
        for _ in range(25):
            await pilot.press("shift+down")
        await settled(pilot)
        assert "field11" in screen_text(app)
        for _ in range(25):
            await pilot.press("K")
        await settled(pilot)
        assert screen_text(app) == seen
        await press(pilot, "down")
        assert "AAPL" in str(pane.query_one(PositionPanel)._drawn[0])
        await press(pilot, "enter")
        assert not pane.detailed
        await press(pilot, "shift+down")
        assert not pane.query_one(PositionPanel).display


async def test_a_second_click_on_a_row_opens_the_panel() -> None:
    async with shown(ready()) as (_, pilot, pane):
        await pilot.click("#positions-table", offset=(3, 3))
        await settled(pilot)
        assert not pane.detailed
        await pilot.click("#positions-table", offset=(3, 3))
        await settled(pilot)
        assert pane.detailed


async def test_the_wheel_scrolls_the_panel() -> None:
    async with shown(with_book(ready(), (option(), *BOOK[:3]))) as (app, pilot, _):
        await press(pilot, "enter")
        before = screen_text(app)
        await pilot._post_mouse_events([MouseScrollDown], PositionPanel, (3, 3))
        await settled(pilot)
        assert screen_text(app) != before
        await pilot._post_mouse_events([MouseScrollUp], PositionPanel, (3, 3))
        await settled(pilot)
        assert screen_text(app) == before


async def test_the_panel_follows_a_refresh() -> None:
    async with shown(with_book(ready(), (option(), *BOOK[:3])), HUGE) as (app, pilot, _):
        await press(pilot, "enter")
        fresh = replace(option(), sent={"unseen": "by any column"})
        source_of(app).push(with_book(ready(), (fresh, *BOOK[:3]), 1))
        await settled(pilot)
        assert "by any column" in screen_text(app)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("make", [ready, all_accounts, closed_rows, hostile])
async def test_masked_no_amount_of_the_pane_is_on_the_screen(
    size: tuple[int, int], make: Callable[[], MonitorState]
) -> None:
    async with shown(make(), size) as (app, pilot, pane):
        pane.masked = True
        pane.detailed = True
        await settled(pilot)
        x, y, width, height = pane.region
        said = "\n".join(row[x : x + width] for row in screen_text(app).splitlines()[y : y + height])
        assert "•••••" in said
        for secret in ("17,543.00", "+518", "-447", "+3.0", "DU1234567", "361,664", "1,000,000,000"):
            assert secret not in said
        pane.masked = False
        await settled(pilot)
        assert "•••••" not in screen_text(app)


async def test_a_change_is_marked_for_one_tick() -> None:
    async with shown(ready()) as (app, pilot, _):
        before = screen_text(app)
        dearer = replace(BOOK[1], price=Decimal("431.90"))
        source_of(app).push(with_book(ready(), (BOOK[0], dearer, *BOOK[2:])))
        await settled(pilot)
        assert "▴431.90" in screen_text(app)
        assert screen_text(app).count("▴") == 1
        await source_of(app).clock.advance(1)
        await settled(pilot)
        assert "▴" not in screen_text(app)
        after = screen_text(app).replace("431.90", "431.20").replace("14:03:23", "14:03:22")
        assert after.splitlines()[:-1] == before.splitlines()[:-1]


async def test_where_all_moves_the_marks_wait_for_the_next_book() -> None:
    async with shown(ready()) as (app, pilot, _):
        moved = tuple(replace(row, price=(row.price or Decimal(0)) - 1) for row in BOOK)
        source_of(app).push(with_book(ready(), moved))
        await settled(pilot)
        await source_of(app).clock.advance(1)
        await settled(pilot)
        assert screen_text(app).count("▾") == len(BOOK)
        source_of(app).push(with_book(ready(), tuple(replace(row) for row in moved), 1))
        await settled(pilot)
        assert "▾" not in screen_text(app)


async def test_another_account_has_not_changed() -> None:
    state = several_accounts()
    async with shown(state) as (app, pilot, _):
        held = tuple(replace(row, price=Decimal(1)) for row in BOOK[2:5])
        books = {**state.positions.books, ACCOUNT: replace(state.positions.books["DU1234568"], value=held)}
        accounts = replace(state.accounts, visible=ACCOUNT)
        source_of(app).push(replace(state, accounts=accounts, positions=replace(state.positions, books=books)))
        await settled(pilot)
        assert not {"▴", "▾"} & set(screen_text(app))


@pytest.mark.parametrize(
    ("size", "lines"), [(TINY, ["Total in USD"]), (SMALL, ["Total in USD"]), (SIZE, ["Total USD", "Total EUR"])]
)
async def test_totals_stand_below_the_rows(size: tuple[int, int], lines: list[str]) -> None:
    async with shown(ready(), size) as (app, pilot, pane):
        said = screen_text(app)
        assert all(line in said for line in lines)
        pane.filter_text = "ccy:usd opt"
        await settled(pilot)
        assert "Total USD · of the rows shown" in screen_text(app)
        assert "-6,395.00" in screen_text(app)


async def test_totals_are_not_added_up_again_while_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    async with shown(ready()) as (app, pilot, _):
        monkeypatch.setattr("tui.ui.position_totals.totals", None)
        await source_of(app).clock.advance(1)
        source_of(app).push(replace(ready(), journal=()))
        await settled(pilot)
        assert "Total in USD" in screen_text(app)


async def test_wide_names_are_aligned_and_everything_is_shown_where_there_is_room() -> None:
    book = tuple(
        replace(row, name=name, exchange="NASDAQ", realised=Decimal(5))
        for row, name in zip(BOOK[:3], ("トヨタ自動車", "Microsoft Corporation of Redmond", "SAP"), strict=True)
    )
    async with shown(with_book(ready(), book), HUGE) as (app, pilot, pane):
        assert "name" in pane.table.shown_columns
        assert "トヨタ自動車" in screen_text(app)
        assert "Microsoft Corporation of…" in screen_text(app)
        await pilot.resize_terminal(240, 60)
        await settled(pilot)
        assert {"name", "realised", "exchange"} <= set(pane.table.shown_columns)
