"""The Positions pane on the screen: sorted, filtered and with closed rows, by keys and by mouse."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.holdings import SIZES, TINY, press, shown, symbols
from tests.support.parts import BOOK, book_of
from tests.support.screen import SMALL, screen_text, settled, source_of
from tests.support.states import all_accounts, closed_rows, large, ready, several_accounts, with_book
from tui.domain.ordering import Sorting, SortKey
from tui.ui.panes.positions import PositionsPane
from tui.ui.widgets.filter_line import FilterLine

LOSSES = Sorting(SortKey.UNREALISED)


def listen(pane: PositionsPane) -> list[tuple[Sorting, bool]]:
    """What the pane tells of that the user has arranged."""
    told: list[tuple[Sorting, bool]] = []
    post = pane.post_message

    def heard(message: object) -> bool:
        if isinstance(message, PositionsPane.Arranged):
            told.append((message.sorting, message.show_closed))
        return post(message)  # type: ignore[arg-type]

    pane.post_message = heard  # type: ignore[method-assign, assignment]
    return told


@pytest.mark.parametrize("size", SIZES)
async def test_the_largest_loser_is_found(size: tuple[int, int]) -> None:
    async with shown(ready(), size) as (app, pilot, pane):
        pane.sort(LOSSES)
        await settled(pilot)
        assert symbols(app)[:2] == ["NESN", "SPX 15 JAN 27 6000 C"]
        assert "↑Unrealised" in screen_text(app)
        pane.reverse()
        await settled(pilot)
        assert symbols(app)[0] == "BTC"
        assert "↓Unrealised" in screen_text(app)


async def test_a_click_on_a_header_sorts_and_another_turns_it_round() -> None:
    async with shown(ready()) as (app, pilot, pane):
        told = listen(pane)
        slot = pane.table.places["value"]
        for expected in (Sorting(SortKey.VALUE, True), Sorting(SortKey.VALUE, False)):
            await pilot.click("#positions-table", offset=(slot.x + slot.width - 1, 0))
            await settled(pilot)
            assert pane.sorting == expected
        assert symbols(app)[0] == "EUR.USD"
        assert told == [(Sorting(SortKey.VALUE, True), False), (Sorting(SortKey.VALUE, False), False)]
        assert not pane.detailed


async def test_steps_go_from_column_to_column() -> None:
    async with shown(ready()) as (_, pilot, pane):
        seen = []
        for _ in range(len(pane.table.shown_columns) + 1):
            pane.sort_by(1)
            await settled(pilot)
            seen.append(pane.sorting.key)
        assert seen == [*pane.table.shown_columns, None]
        pane.sort_by(-1)
        assert pane.sorting == Sorting(SortKey.CURRENCY)


async def test_a_column_that_is_not_shown_is_named_in_the_title() -> None:
    async with shown(ready(), TINY) as (app, pilot, pane):
        pane.sorting = Sorting(SortKey.COST, True)
        await settled(pilot)
        assert "by Average cost ↓" in screen_text(app)


async def test_the_cursor_stays_on_its_row_by_key() -> None:
    async with shown(large()) as (_, pilot, pane):
        await press(pilot, "down", "down")
        key = pane.table.cursor_key
        pane.sort(Sorting(SortKey.VALUE, True))
        await settled(pilot)
        assert pane.table.cursor_key == key
        assert pane.table.scroll_offset.y == 0
        chosen = pane.selected()
        assert chosen is not None
        assert chosen.key == key


async def test_prices_that_move_keep_the_order_right_and_the_view_where_it_is() -> None:
    book = book_of(200)
    async with shown(with_book(ready(), book)) as (app, pilot, pane):
        pane.sort(Sorting(SortKey.VALUE, True))
        await press(pilot, "end")
        top = pane.table.scroll_offset.y
        richest = replace(book[7], value=Decimal(10) ** 6)
        source_of(app).push(with_book(ready(), (*book[:7], richest, *book[8:])))
        await settled(pilot)
        assert symbols(app)[0] == "SYM0007"
        assert pane.table.scroll_offset.y == top
        assert pane.shown_positions()[0] is richest
        assert pane.all_positions()[7] is richest


@pytest.mark.parametrize("size", SIZES)
async def test_rows_are_filtered_at_each_key(size: tuple[int, int]) -> None:
    async with shown(ready(), size) as (app, pilot, pane):
        pane.open_filter()
        await settled(pilot)
        assert pane.query_one(FilterLine).typing
        await press(pilot, "o")
        many = len(symbols(app))
        await press(pilot, "p", "t")
        assert symbols(app) == ["SPX 15 JAN 27 6000 C", "AAPL 18 DEC 26 180 P"]
        assert many > 2
        assert "/ opt" in screen_text(app)
        await press(pilot, "enter")
        assert pane.table.has_focus
        assert "/ opt" not in screen_text(app)
        assert "filter “opt” · 2 of 12" in screen_text(app)
        assert pane.filter_text == "opt"
        assert [row.symbol for row in pane.shown_positions()] == symbols(app)
        assert len(pane.all_positions()) == 12
        pane.open_filter()
        await press(pilot, "space", "minus", "down")
        assert pane.filter_text == "opt -"
        assert pane.table.has_focus


async def test_keys_of_commands_are_letters_in_the_filter() -> None:
    async with shown(ready()) as (app, pilot, pane):
        pane.open_filter()
        await press(pilot, "q", "o", "m", "question_mark", "slash", "left_square_bracket", "1")
        assert pane.filter_text == "qom?/[1"
        assert app.is_running
        assert "nothing matches “qom?/[1” among 12" in screen_text(app)


async def test_esc_in_the_filter_clears_and_closes_it() -> None:
    async with shown(ready()) as (app, pilot, pane):
        pane.open_filter()
        await press(pilot, "x", "y", "z")
        assert symbols(app) == []
        await press(pilot, "escape")
        assert len(symbols(app)) == 12
        assert pane.table.has_focus
        assert pane.filter_text == ""
        assert not pane.query_one(FilterLine).display


async def test_close_closes_one_thing_after_the_other() -> None:
    async with shown(ready()) as (_, pilot, pane):
        pane.filter_text = "opt"
        await press(pilot, "enter")
        assert pane.detailed
        assert pane.close()
        assert (pane.detailed, pane.filter_text) == (False, "opt")
        assert pane.close()
        assert pane.filter_text == ""
        assert not pane.close()
        pane.open_filter()
        await settled(pilot)
        assert pane.close()
        assert not pane.query_one(FilterLine).display


@pytest.mark.parametrize("size", SIZES)
async def test_closed_rows_come_when_asked_for(size: tuple[int, int]) -> None:
    async with shown(closed_rows(), size) as (app, pilot, pane):
        told = listen(pane)
        assert len(symbols(app)) == 10
        assert "10 · 2 closed hidden" in screen_text(app)
        pane.toggle_closed()
        await settled(pilot)
        assert symbols(app)[-2:] == ["MSFT", "SAP"]
        assert "10 · 2 closed ·" in screen_text(app)
        assert told == [(Sorting(), True)]


async def test_only_closed_rows_are_no_positions() -> None:
    sold = tuple(replace(row, quantity=Decimal(0)) for row in BOOK[:2])
    async with shown(with_book(ready(), sold)) as (app, _, pane):
        assert "no positions; 2 sold off today not shown" in screen_text(app)
        assert not pane.table.display


@pytest.mark.parametrize("size", SIZES)
async def test_wishes_hold_over_accounts_and_sizes(size: tuple[int, int]) -> None:
    async with shown(several_accounts(), size) as (app, pilot, pane):
        pane.sort(LOSSES)
        pane.filter_text = "-"
        source_of(app).push(all_accounts())
        await settled(pilot)
        assert symbols(app) == ["SPX 15 JAN 27 6000 C", "AAPL 18 DEC 26 180 P", "SAP"]
        await pilot.resize_terminal(*SMALL)
        await settled(pilot)
        assert "3 of 11" in screen_text(app)
        assert "Account" in screen_text(app)
