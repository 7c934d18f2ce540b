"""The app: every key and click, what a snapshot and a second repaint, and what bridges the two threads."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.command import CommandPalette

from tests.support.fake_source import FakeSource
from tests.support.screen import SIZE, SMALL, app_of, screen_text, settled, source_of, until
from tests.support.states import (
    ACCOUNT,
    BOOK,
    all_accounts,
    backend_hung,
    book_of,
    competing,
    gateway_down,
    hostile,
    large,
    login_required,
    ready,
    several_accounts,
    starting,
    with_book,
)
from tui.config.preferences import Preferences
from tui.domain.accounts import ALL
from tui.domain.journal import Entry, Level
from tui.domain.state import MonitorState
from tui.domain.verdict import verdict
from tui.ui.app import CpwatchApp
from tui.ui.command import Scope
from tui.ui.commands import COMMANDS
from tui.ui.palette import PaletteProvider
from tui.ui.panes.accounts import AccountsPane
from tui.ui.panes.events import EventsPane
from tui.ui.panes.path import PathPane
from tui.ui.panes.positions import PositionsPane
from tui.ui.panes.session import SessionPane
from tui.ui.preset import Preset
from tui.ui.screens.help import HelpScreen, HelpText
from tui.ui.screens.monitor import MonitorScreen
from tui.ui.theme import DARK, NAMES
from tui.ui.widgets.banner import Banner
from tui.ui.widgets.footer import Footer
from tui.ui.widgets.header import Clock, HeaderText
from tui.ui.widgets.table import KeyedTable
from tui.ui.zoom import PANES, shown


def positions(app: CpwatchApp) -> KeyedTable:
    """The table of positions."""
    return app.screen.query_one("#positions-table", KeyedTable)


async def test_the_source_is_started_once_and_stopped_at_the_end() -> None:
    app = app_of(ready())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert (source_of(app).started, source_of(app).stopped) == (1, 0)
    assert source_of(app).stopped == 1


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
@pytest.mark.parametrize("state", [ready, gateway_down])
async def test_quit_keys_leave_with_exit_code_0(key: str, state: Callable[[], MonitorState]) -> None:
    app = app_of(state())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press(key)
        await settled(pilot)
        assert not app.is_running
    assert app.return_value == 0


@pytest.mark.parametrize("opens", ["question_mark", "f1"])
@pytest.mark.parametrize("closes", ["escape", "question_mark", "f1", "q"])
async def test_help_opens_and_closes(opens: str, closes: str) -> None:
    app = app_of(ready())
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        await pilot.press(opens)
        await settled(pilot)
        assert isinstance(app.screen, HelpScreen)
        await pilot.press(closes)
        await settled(pilot)
        assert isinstance(app.screen, MonitorScreen)
        assert app.is_running


async def test_help_names_every_key_and_scrolls() -> None:
    app = app_of(ready())
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        await pilot.press("question_mark")
        await settled(pilot)
        text = app.screen.query_one(HelpText)
        whole = "\n".join("".join(part.text for part in row) for row in text.lines(70))
        for command in COMMANDS:
            if command.scope in {Scope.APP, Scope.TABLE}:
                assert command.shown in whole
        first = screen_text(app)
        await pilot.press("pagedown")
        await settled(pilot)
        assert screen_text(app) != first
        await pilot.press("home")
        await settled(pilot)
        assert screen_text(app) == first


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("right_square_bracket", "DU1234569"),
        ("right", "DU1234569"),
        ("left_square_bracket", ACCOUNT),
        ("left", ACCOUNT),
    ],
)
@pytest.mark.parametrize("size", [SIZE, SMALL])
async def test_account_keys_choose_the_neighbour(key: str, expected: str, size: tuple[int, int]) -> None:
    app = app_of(several_accounts())
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        await pilot.press(key)
        assert source_of(app).chosen == [expected]


async def test_account_keys_go_round_and_do_nothing_with_one_account() -> None:
    state = several_accounts()
    app = app_of(replace(state, accounts=replace(state.accounts, visible="DU1234569")))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("]")
        assert source_of(app).chosen == [ALL]
        source_of(app).push(all_accounts())
        await settled(pilot)
        await pilot.press("]", "[")
        assert source_of(app).chosen == [ALL, ACCOUNT, "DU1234569"]
        source_of(app).push(ready())
        await settled(pilot)
        await pilot.press("]", "[")
        assert len(source_of(app).chosen) == 3


async def test_an_account_is_chosen_by_enter_and_by_click() -> None:
    app = app_of(several_accounts())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("shift+tab", "down", "down", "down", "enter")
        await settled(pilot)
        assert source_of(app).chosen == ["DU1234569"]
        await pilot.click("#accounts-table", offset=(4, 1))
        await pilot.click("#accounts-table", offset=(4, 2))
        await settled(pilot)
        assert source_of(app).chosen == ["DU1234569", ALL, ACCOUNT]


async def test_tab_goes_round_the_panes() -> None:
    app = app_of(several_accounts())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        seen = []
        for _ in range(6):
            seen.append(app.focused.id if app.focused else None)
            await pilot.press("tab")
        assert seen == ["positions-table", "events", "path", "session", "accounts-table", "positions-table"]


async def test_the_theme_key_goes_round_the_themes() -> None:
    app = app_of(ready())
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        seen = []
        for _ in NAMES:
            seen.append(app.theme)
            await pilot.press("t")
        assert seen == list(NAMES)
        assert app.theme == DARK


async def test_the_palette_holds_our_commands_and_nothing_else() -> None:
    app = app_of(several_accounts())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        titles = [title for title, _, _ in PaletteProvider(app.screen).offers()]
        assert titles[:2] == ["Help", "Quit"]
        assert len(titles) == len(set(titles))
        assert {"Stop", "Mask", "Theme cpwatch-light", "All accounts", f"Account {ACCOUNT}"} <= set(titles)
        assert "Account DU1234568" not in titles, "it is looked at already"
        assert not any(word in title for word in ("Demo:", "Profile", "Screenshot", "textual-") for title in titles)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: "Leave cpwatch" in screen_text(app))
        assert isinstance(app.screen, CommandPalette)


async def test_the_palette_finds_and_chooses() -> None:
    app = app_of(several_accounts())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+p", *"1234569")
        await until(pilot, lambda: "Account DU1234569" in screen_text(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: bool(source_of(app).chosen))
        assert source_of(app).chosen == ["DU1234569"]


async def test_the_footer_can_be_clicked() -> None:
    app = app_of(ready())
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        await pilot.click(Footer, offset=(2, 0))
        await settled(pilot)
        assert isinstance(app.screen, HelpScreen)
        await pilot.click(Footer, offset=(2, 0))
        await settled(pilot)
        assert isinstance(app.screen, MonitorScreen)


@pytest.mark.parametrize(("state", "offered"), [(ready(), False), (several_accounts(), True)], ids=["one", "several"])
async def test_the_footer_offers_another_account_where_there_is_one(state: MonitorState, offered: bool) -> None:
    app = app_of(state)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert ("Next account" in screen_text(app)) is offered


async def test_a_click_beside_the_footers_commands_does_nothing() -> None:
    app = app_of(ready())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.click(Footer, offset=(118, 0))
        await settled(pilot)
        assert isinstance(app.screen, MonitorScreen)


async def test_events_scroll_by_keys() -> None:
    state = ready()
    journal = tuple(Entry(state.started_at, Level.INFO, f"entry {n}") for n in range(50))
    app = app_of(replace(state, journal=journal))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        pane = app.screen.query_one(EventsPane)
        pane.focus()
        await pilot.press("G")
        await settled(pilot)
        assert "entry 0" in screen_text(app)
        await pilot.press("up")
        await settled(pilot)
        assert "entry 0" not in screen_text(app).splitlines()[-3]
        await pilot.press("pageup", "pagedown", "g", "enter")
        await settled(pilot)
        assert "entry 49" in screen_text(app)


async def test_a_push_from_another_thread_is_drawn() -> None:
    app = app_of(starting())
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        assert "LOGIN REQUIRED" not in screen_text(app)
        thread = threading.Thread(target=source_of(app).push, args=(login_required(),))
        thread.start()
        thread.join(timeout=10)
        await settled(pilot)
        assert "LOGIN REQUIRED" in screen_text(app)


async def test_pushes_after_the_end_are_harmless() -> None:
    app = app_of(ready())
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
    source_of(app).push(gateway_down())
    source_of(app).push(ready())


async def test_cursor_and_scroll_survive_a_refresh() -> None:
    app = app_of(large())
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        await pilot.press("end", "up")
        await settled(pilot)
        table = positions(app)
        key, top = table.cursor_key, table.scroll_offset.y
        state = large()
        book = state.positions.books[ACCOUNT].value
        source_of(app).push(with_book(state, tuple(replace(each, price=None) for each in book)))
        await settled(pilot)
        assert (table.cursor_key, table.scroll_offset.y) == (key, top)


async def test_the_banner_comes_and_goes_and_known_positions_stay() -> None:
    app = app_of(ready())
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        banner, holdings = app.screen.query_one(Banner), app.screen.query_one("#holdings")
        assert not banner.display
        source_of(app).push(competing())
        await settled(pilot)
        assert banner.display
        assert "AAPL" in screen_text(app)
        source_of(app).push(gateway_down())
        await settled(pilot)
        assert banner.display
        assert not holdings.display
        source_of(app).push(ready())
        await settled(pilot)
        assert not banner.display
        assert app.focused is positions(app)


@pytest.mark.parametrize("state", [ready, competing, login_required, backend_hung, hostile])
async def test_resizing_through_all_layouts_keeps_the_answers(state: Callable[[], MonitorState]) -> None:
    made = state()
    app = app_of(made)
    async with app.run_test(size=(200, 60)) as pilot:
        words = verdict(made, source_of(app).clock.now()).name.words
        for size in [(120, 36), (80, 24), (60, 18), (40, 10), (110, 28), (109, 28), (60, 60), (200, 18), (200, 60)]:
            await pilot.resize_terminal(*size)
            await settled(pilot)
            text = screen_text(app)
            assert words in text
            assert len(text.splitlines()) == size[1]
            assert ("too small" in text) == (size == (40, 10))
            if size[0] >= 60:
                assert "14:03:22" in text


@pytest.mark.parametrize("pane", PANES)
async def test_no_pane_is_left_where_the_terminal_is_too_small_not_even_a_zoomed_one(pane: str) -> None:
    app = app_of(ready(), preset=Preset(remembered=Preferences(zoom=pane)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert shown(app.screen.query_one(f"#{pane}"))
        await pilot.resize_terminal(59, 17)
        await settled(pilot)
        assert "too small" in screen_text(app)
        assert not any(shown(app.screen.query_one(f"#{each}")) for each in PANES)


async def test_without_utf_8_the_screen_is_ascii() -> None:
    app = CpwatchApp(FakeSource(competing()), encoding="ascii")
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert screen_text(app).isascii()
        await pilot.press("question_mark")
        await settled(pilot)
        assert screen_text(app).isascii()


async def test_nothing_from_outside_is_markup() -> None:
    app = app_of(hostile())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        text = screen_text(app)
        assert "[red]bold[/r" in text
        assert "[@click=app" in text


async def test_all_accounts_together_have_a_column_for_the_account_and_back() -> None:
    app = app_of(ready())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "account" not in positions(app).shown_columns
        source_of(app).push(all_accounts())
        await settled(pilot)
        table = positions(app)
        assert "account" in table.shown_columns
        assert table.row_count == 11
        text = screen_text(app)
        assert "Positions  All accounts · 11 · oldest 14:03:14" in text
        assert [line.count("DU1234569") for line in text.splitlines() if "AAPL " in line and "STK" in line] == [0, 1]
        source_of(app).push(ready())
        await settled(pilot)
        assert "account" not in positions(app).shown_columns
        assert positions(app).cursor_key == BOOK[0].key


async def test_the_table_begins_at_its_top_with_other_columns() -> None:
    app = app_of(with_book(ready(), book_of(200)))
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        await pilot.press("end")
        await settled(pilot)
        source_of(app).push(all_accounts())
        await settled(pilot)
        assert positions(app).scroll_offset.y == 0
        assert "AAPL" in screen_text(app)


async def test_each_pane_shows_a_dash_before_it_has_a_slice() -> None:
    for pane in (PathPane(), SessionPane()):
        assert "".join(part.text for part in pane.lines(40)[0]) == "–"
    assert EventsPane().lines(40) == []
    assert HeaderText().lines(40) == Clock().lines(40) == [()]
    assert Banner().lines(40) == []
    assert AccountsPane()._detail(40)[0][0].text == "–"
    assert PositionsPane()._note(40) == []
