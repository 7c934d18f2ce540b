"""The app: every key and click, what a snapshot and a second repaint, and what bridges the two threads."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.command import CommandPalette
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widget import Widget

from tests.support.fake_source import FakeSource
from tests.support.states import (
    ACCOUNT,
    BOOK,
    backend_hung,
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
from tui.clock import Moment, SystemClock
from tui.domain.journal import Entry, Level
from tui.domain.state import MonitorState
from tui.domain.verdict import Verdict, verdict
from tui.ui.app import CpwatchApp
from tui.ui.commands import COMMANDS, Scope
from tui.ui.panes.accounts import AccountsPane
from tui.ui.panes.events import EventsPane
from tui.ui.panes.path import PathPane
from tui.ui.panes.positions import PositionsPane
from tui.ui.panes.session import SessionPane
from tui.ui.screens.help import HelpScreen, HelpText
from tui.ui.screens.monitor import MonitorScreen
from tui.ui.theme import DARK, LIGHT
from tui.ui.widgets.banner import Banner
from tui.ui.widgets.footer import Footer
from tui.ui.widgets.header import Clock, HeaderText
from tui.ui.widgets.table import KeyedTable

SIZE = (120, 36)
SMALL = (80, 24)


def app_of(state: MonitorState, **options: object) -> CpwatchApp:
    """The app on a source that holds that state."""
    return CpwatchApp(FakeSource(state), encoding="utf-8", **options)  # type: ignore[arg-type]


def source_of(app: CpwatchApp) -> FakeSource:
    """The app's source."""
    assert isinstance(app.source, FakeSource)
    return app.source


def screen_text(app: CpwatchApp) -> str:
    """What stands on the screen, line by line."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def positions(app: CpwatchApp) -> KeyedTable:
    """The table of positions."""
    return app.screen.query_one("#positions-table", KeyedTable)


async def settled(pilot: Pilot[int]) -> None:
    """The screen as it is once everything that was posted is done."""
    await pilot.pause()
    await pilot.pause()


async def until(pilot: Pilot[int], so: Callable[[], bool]) -> None:
    """Wait for what Textual does by timers of its own, with a deadline."""
    clock = SystemClock()
    began = clock.now()
    while not so():
        assert clock.now().seconds_since(began) < 20, "not within 20 s"
        await pilot.pause()


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
            if command.scope is not Scope.HELP:
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
        assert source_of(app).chosen == [ACCOUNT]
        source_of(app).push(ready())
        await settled(pilot)
        await pilot.press("]", "[")
        assert source_of(app).chosen == [ACCOUNT]


async def test_an_account_is_chosen_by_enter_and_by_click() -> None:
    app = app_of(several_accounts())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("shift+tab", "down", "down", "enter")
        await settled(pilot)
        assert source_of(app).chosen == ["DU1234569"]
        await pilot.click("#accounts-table", offset=(4, 1))
        await settled(pilot)
        assert source_of(app).chosen == ["DU1234569", ACCOUNT]


async def test_tab_goes_round_the_panes() -> None:
    app = app_of(several_accounts())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        seen = []
        for _ in range(4):
            seen.append(app.focused.id if app.focused else None)
            await pilot.press("tab")
        assert seen == ["positions-table", "events", "accounts-table", "positions-table"]


async def test_the_theme_key_changes_the_theme_to_and_fro() -> None:
    app = app_of(ready())
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        await pilot.press("t")
        assert app.theme == LIGHT
        await pilot.press("t")
        assert app.theme == DARK


async def test_the_palette_holds_our_commands_and_nothing_else() -> None:
    app = app_of(several_accounts())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: "Theme cpwatch-light" in screen_text(app))
        assert isinstance(app.screen, CommandPalette)
        text = screen_text(app)
        for word in ("Help", "Quit", "Theme cpwatch-light", f"Account {ACCOUNT}"):
            assert word in text
        for word in ("Screenshot", "Maximize", "Keys", "textual-"):
            assert word not in text


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


async def test_pushes_after_the_end_are_harmless() -> None:
    app = app_of(ready())
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
    source_of(app).push(gateway_down())
    source_of(app).push(ready())


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


async def test_each_pane_shows_a_dash_before_it_has_a_slice() -> None:
    for pane in (PathPane(), SessionPane()):
        assert "".join(part.text for part in pane.lines(40)[0]) == "–"
    assert EventsPane().lines(40) == []
    assert HeaderText().lines(40) == Clock().lines(40) == [()]
    assert Banner().lines(40) == []
    assert AccountsPane()._detail(40)[0][0].text == "–"
    assert PositionsPane()._note(40) == []
