"""The monitor's commands: what each does, and that it does nothing harmful where it is not called for."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.support.screen import SIZE, SMALL, app_of, screen_text, settled, source_of, until
from tests.support.states import (
    ACCOUNT,
    STATES,
    competing,
    gateway_down,
    login_required,
    ready,
    several_accounts,
    starting,
    with_book,
)
from tui.config.preferences import Preferences, Sort
from tui.config.themes import ThemeName
from tui.domain.ordering import Sorting, SortKey
from tui.domain.positions import Position
from tui.domain.stamped import Stamped
from tui.domain.verdict import VerdictName, verdict
from tui.ui.app import CpwatchApp
from tui.ui.command import Scope
from tui.ui.commands import COMMANDS, commands
from tui.ui.keymap import Keymap
from tui.ui.notification import notification
from tui.ui.panes.accounts import AccountsPane
from tui.ui.panes.positions import PositionsPane
from tui.ui.preset import Preset
from tui.ui.screens.copy import CopyScreen
from tui.ui.screens.events import EventsScreen
from tui.ui.screens.export import ExportScreen
from tui.ui.screens.monitor import MonitorScreen
from tui.ui.screens.reopen import ReopenScreen
from tui.ui.screens.sort import SortScreen
from tui.ui.widgets.footer import Footer
from tui.ui.zoom import PANES, shown


def monitor(app: CpwatchApp) -> MonitorScreen:
    """The monitor, whatever lies over it."""
    return next(screen for screen in app.screen_stack if isinstance(screen, MonitorScreen))


def pane(app: CpwatchApp) -> PositionsPane:
    """The Positions pane."""
    return monitor(app).query_one(PositionsPane)


def header(app: CpwatchApp) -> str:
    """The first line."""
    return screen_text(app).splitlines()[0]


def notices(app: CpwatchApp) -> str:
    """What was said."""
    return "\n".join(notification.message for notification in app._notifications)


@pytest.mark.parametrize("name", ["starting", "competing", "hostile"])
async def test_no_command_harms_in_any_state(name: str, tmp_path: Path) -> None:
    app = app_of(STATES[name](), preset=Preset(copy_file=tmp_path / "copied.txt", export_folder=tmp_path))
    asks = {"quit", "suspend", "palette"}
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        for command in (*commands(Scope.MONITOR), *commands(Scope.APP)):
            if command.id in asks:
                continue
            await pilot.press(command.keys[0])
            for _ in range(3):
                if isinstance(app.screen, MonitorScreen) and not isinstance(app.focused, Input):
                    break
                await settled(pilot)
                await pilot.press("escape")
            assert isinstance(app.screen, MonitorScreen), command.id
        await settled(pilot)
        assert app.is_running
        assert app.defect is None
    assert source_of(app).reopened == []
    assert source_of(app).refreshed == 1


@pytest.mark.parametrize("name", STATES)
async def test_reopening_is_offered_where_the_verdict_calls_for_it_only(name: str) -> None:
    state = STATES[name]()
    app = app_of(state)
    called_for = verdict(state, source_of(app).clock.now()).name in {
        VerdictName.SESSION_LAPSED,
        VerdictName.LOGGED_OUT,
        VerdictName.COMPETING,
    }
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settled(pilot)
        assert ("reopen" not in monitor(app).query_one(Footer).idle) == called_for
        await pilot.press("b")
        await settled(pilot)
        assert isinstance(app.screen, ReopenScreen)
        await pilot.press("enter")
        await settled(pilot)
        assert source_of(app).reopened == ([False] if called_for else [])


async def test_taking_the_session_over_takes_two_different_keys() -> None:
    app = app_of(competing())
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("b", "t", "enter", "enter")
        await settled(pilot)
        assert source_of(app).reopened == []
        await pilot.press("x")
        await settled(pilot)
        assert source_of(app).reopened == [True]


async def test_what_the_advice_names_is_copied_and_put_into_a_file(tmp_path: Path) -> None:
    file = tmp_path / "state" / "copied.txt"
    app = app_of(login_required(), preset=Preset(copy_file=file))
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("c")
        await settled(pilot)
        assert app.clipboard == "https://localhost:5000"
        assert file.read_text() == "https://localhost:5000\n"
        assert file.stat().st_mode & 0o777 == 0o600
        await until(pilot, lambda: "sent to the terminal's clipboard" in notices(app))


async def test_where_there_are_several_things_to_copy_it_asks(tmp_path: Path) -> None:
    app = app_of(STATES["login_required_over_ssh"](), preset=Preset(copy_file=tmp_path / "copied.txt"))
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("c")
        await settled(pilot)
        assert isinstance(app.screen, CopyScreen)
        await pilot.press("enter")
        await settled(pilot)
        assert app.clipboard.startswith("ssh -p 2222 -L 5000:localhost:5000")


async def test_a_refresh_is_asked_for_and_what_came_of_it_is_told_once() -> None:
    app = app_of(ready())
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("r")
        assert source_of(app).refreshed == 1
        told = replace(ready(), refreshed=Stamped("Everything is asked anew.", source_of(app).clock.now()))
        source_of(app).push(told)
        await until(pilot, lambda: "Everything is asked anew." in screen_text(app))
        before = len(app._notifications)
        source_of(app).push(replace(told, journal=()))
        await settled(pilot)
        assert len(app._notifications) == before


async def test_masked_no_amount_and_no_account_is_on_the_screen() -> None:
    app = app_of(ready())
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settled(pilot)
        shown = screen_text(app)
        assert ACCOUNT in shown
        assert "1,005,165.50" in shown
        await pilot.press("m")
        await settled(pilot)
        hidden = screen_text(app)
        assert ACCOUNT not in hidden
        for amount in ("1,005,16", "88,020", "17,543", "1,234.50"):
            assert amount not in hidden
        await pilot.press("m")
        await settled(pilot)
        assert screen_text(app) == shown


async def test_frozen_the_panes_stand_still_and_the_verdict_goes_on() -> None:
    app = app_of(ready())
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("f")
        await settled(pilot)
        assert "FROZEN 14:03:22" in header(app)
        source_of(app).push(replace(gateway_down(), accounts=ready().accounts))
        await source_of(app).clock.advance(5)
        await settled(pilot)
        assert "GATEWAY DOWN" in header(app)
        assert "14:03:27" in header(app)
        assert "AAPL" in screen_text(app)
        await pilot.press("f")
        await settled(pilot)
        assert "FROZEN" not in header(app)
        assert "AAPL" not in screen_text(app)


@pytest.mark.parametrize("size", [(60, 18), SIZE], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(("number", "name"), list(enumerate(PANES, 1)))
async def test_a_pane_is_gone_to_by_its_number_and_zoomed(number: int, name: str, size: tuple[int, int]) -> None:
    app = app_of(several_accounts())
    async with app.run_test(size=size, notifications=True) as pilot:
        await settled(pilot)
        await pilot.press(str(number))
        await settled(pilot)
        if monitor(app).zoomed is None:
            await pilot.press("z")
            await settled(pilot)
        assert monitor(app).zoomed == name
        region = app.screen.query_one(f"#{name}").region
        assert region.width == size[0]
        assert region.height >= size[1] - 8
        assert all(other == name or not app.screen.query_one(f"#{other}").region for other in PANES)
        await pilot.press("escape")
        await settled(pilot)
        assert monitor(app).zoomed is None


async def test_the_largest_loser_is_found_by_keys() -> None:
    app = app_of(ready())
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, SortScreen))
        await pilot.press("9")
        await until(pilot, lambda: isinstance(app.screen, MonitorScreen))
        assert pane(app).sorting == Sorting(SortKey.UNREALISED, descending=True)
        await pilot.press("O")
        await settled(pilot)
        losses = [position.unrealised for position in pane(app).shown_positions() if position.unrealised is not None]
        assert losses == sorted(losses)


async def test_rows_are_filtered_as_is_typed_even_in_one_go() -> None:
    app = app_of(ready())
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("/", *"aapl", "enter")
        await settled(pilot)
        assert {position.symbol.partition(" ")[0] for position in pane(app).shown_positions()} == {"AAPL"}
        await pilot.press("escape")
        await settled(pilot)
        assert len(pane(app).shown_positions()) > 1


async def test_accounts_are_searched_where_the_focus_is_there() -> None:
    app = app_of(several_accounts())
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("3", "/", *"569", "enter")
        await settled(pilot)
        accounts = app.screen.query_one(AccountsPane)
        assert accounts.search == "569"
        assert "DU1234569" in screen_text(app)
        await pilot.press("escape")
        await settled(pilot)
        assert accounts.search == ""


async def test_the_table_is_exported(tmp_path: Path) -> None:
    app = app_of(ready(), preset=Preset(export_folder=tmp_path))
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, ExportScreen))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, MonitorScreen))
        await until(pilot, lambda: ".csv" in notices(app))
    (file,) = tmp_path.iterdir()  # noqa: ASYNC240 (the app has ended)
    assert file.name in notices(app)
    assert "AAPL" in file.read_text("utf-8")


async def test_nothing_is_exported_where_there_is_nothing() -> None:
    app = app_of(starting())
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("e")
        await until(pilot, lambda: "no positions to export" in screen_text(app))
        assert isinstance(app.screen, MonitorScreen)


async def test_the_events_screen_follows() -> None:
    app = app_of(ready())
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("l")
        await settled(pilot)
        assert isinstance(app.screen, EventsScreen)
        source_of(app).push(replace(ready(), journal=(*ready().journal, *gateway_down().journal)))
        await settled(pilot)
        assert "the gateway failed" in screen_text(app)
        await pilot.press("q")
        await settled(pilot)
        assert isinstance(app.screen, MonitorScreen)


@pytest.mark.parametrize("bell", [True, False])
async def test_a_worsening_verdict_rings_once(bell: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[bool] = []
    monkeypatch.setattr(CpwatchApp, "bell", lambda _: rung.append(True))
    app = app_of(ready(), preset=Preset(bell=bell))
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settled(pilot)
        for state in (gateway_down(), gateway_down(), ready(), competing()):
            source_of(app).push(state)
            await settled(pilot)
    assert len(rung) == (2 if bell else 0)


@pytest.mark.parametrize("notify", [True, False])
async def test_a_worsening_verdict_is_a_notification_where_that_is_wished_for(
    notify: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_of(ready(), preset=Preset(bell=False, notify=notify))
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settled(pilot)
        assert app._driver is not None
        written: list[str] = []
        monkeypatch.setattr(app._driver, "write", written.append)
        for state in (gateway_down(), gateway_down(), ready(), competing()):
            source_of(app).push(state)
            await settled(pilot)
    told = [text for text in written if text.startswith("\x1b]9;")]
    assert len(told) == (2 if notify else 0)
    if notify:
        assert told[0].endswith(": GATEWAY DOWN\a")


def test_a_notification_is_one_plain_line_whatever_the_gateway_is_called() -> None:
    assert notification("", VerdictName.DENIED) == "\x1b]9;cpwatch: DENIED\a"
    for name in ("x\x1b[2J\a;4;1", "☂" * 200, "U7654321"):
        text = notification(name, VerdictName.DENIED).removeprefix("\x1b]9;").removesuffix("\a")
        assert text.isascii()
        assert text.isprintable()
        assert len(text) <= 90
        assert "7654321" not in text


async def test_what_the_user_arranges_is_remembered_and_comes_back() -> None:
    kept: list[Preferences] = []

    def remember(preferences: Preferences) -> None:
        kept.append(preferences)

    app = app_of(ready(), preset=Preset(remember=remember))
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settled(pilot)
        await pilot.press(">", "i", "t", "z")
        await settled(pilot)
    assert kept[-1] == Preferences(ThemeName.LIGHT, Sort("symbol"), "positions", show_closed=True)
    again = app_of(ready(), preset=Preset(remembered=kept[-1]))
    async with again.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert monitor(again).arrangement == replace(kept[-1], theme=None)
        assert [each for each in PANES if shown(again.screen.query_one(f"#{each}"))] == ["positions"]


async def test_what_can_not_be_remembered_is_said() -> None:
    app = app_of(ready(), preset=Preset(remember=lambda _: "The disk is full."))
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("t")
        await until(pilot, lambda: "The disk is full." in screen_text(app))


async def test_the_users_own_keys_work_and_are_shown_and_the_old_ones_do_not() -> None:
    app = app_of(ready(), preset=Preset(keymap=Keymap({"mask": ("y",), "help": ("f2",)})))
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settled(pilot)
        assert " F2 Help" in screen_text(app)
        assert " y Mask" in screen_text(app)
        await pilot.press("m", "?")
        await settled(pilot)
        assert not monitor(app).masked
        assert isinstance(app.screen, MonitorScreen)
        await pilot.press("y")
        assert monitor(app).masked


def closed(position: Position) -> Position:
    """It sold off today."""
    return replace(position, quantity=position.quantity and position.quantity * 0)


async def test_closed_rows_are_shown_when_asked_for() -> None:
    book = ready().positions.books[ACCOUNT].value
    app = app_of(with_book(ready(), (closed(book[0]), *book[1:])))
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settled(pilot)
        assert book[0].symbol not in [position.symbol for position in pane(app).shown_positions()]
        await pilot.press("i")
        await settled(pilot)
        assert book[0].symbol in [position.symbol for position in pane(app).shown_positions()]


def test_every_command_of_the_monitor_is_pressed_here() -> None:
    assert {command.scope for command in COMMANDS} == set(Scope)
