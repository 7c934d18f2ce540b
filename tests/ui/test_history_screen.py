"""The History screen: its keys, what makes it paint anew, its export, and the app that keeps it up to date."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.host import Host, press, shown
from tests.support.parts import ACCOUNT, NOW
from tests.support.screen import SIZE, SMALL, app_of, screen_text, settled, source_of, until
from tests.support.sessions import Watched, an_afternoon
from tests.support.states import ready
from tui.domain.history import History
from tui.domain.history_export import history_csv
from tui.ui.preset import Preset
from tui.ui.screens import history as history_module
from tui.ui.screens.history import HistoryScreen, HistoryText, HistoryView
from tui.ui.screens.history_export import HistoryExportScreen


def screen_of(history: History, folder: Path = Path(), *, masked: bool = False) -> HistoryScreen:
    """The screen of that history."""
    return HistoryScreen(HistoryView(history, NOW, masked), folder)


def give(app: Host, history: History, seconds: float = 1.0, *, masked: bool = False) -> None:
    """As the app keeps it up to date."""
    assert isinstance(app.screen, HistoryScreen)
    app.screen.view = HistoryView(history, NOW.plus(seconds), masked)


def files(folder: Path) -> list[Path]:
    """What lies in the folder."""
    return list(folder.iterdir())


@pytest.mark.parametrize("size", [SMALL, SIZE])
async def test_everything_is_on_the_screen_at_once(size: tuple[int, int]) -> None:
    async with shown(screen_of(an_afternoon()), size) as (app, _):
        assert "cpwatch  History" in app.lines[0]
        assert "the last hour of 1 h 30 min · a point every 10 s" in app.lines[0]
        for said in ("verdict", "keep-alive", "to the gateway", "to IBKR", f"net liquidation  {ACCOUNT}", "e Export"):
            assert said in app.text
        assert app.screen.query_one(HistoryText).max_scroll_y == 0


@pytest.mark.parametrize("key", ["escape", "h", "q"])
async def test_each_of_its_keys_closes_it(key: str) -> None:
    async with shown(screen_of(History())) as (app, pilot):
        assert "The first one comes in a moment." in app.words
        await press(pilot, key)
        assert app.results == [None]


async def test_plus_and_minus_change_the_span_up_to_its_ends() -> None:
    async with shown(screen_of(an_afternoon())) as (app, pilot):
        said = []
        for key in ("+", "+", "-", "-", "-", "-"):
            await press(pilot, key)
            said.append(app.lines[0].split("History")[1].partition(" of ")[0].strip())
        assert said == [
            "the last 15 min",
            "the last 15 min",
            "the last hour",
            "all",
            "all",
            "all",
        ]


async def test_it_paints_anew_when_a_bucket_has_ended_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(ready())
    drawn: list[History] = []
    real = history_module.history_lines

    def counted(history: History, *arguments: object, **more: object) -> object:
        drawn.append(history)
        return real(history, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(history_module, "history_lines", counted)
    async with shown(screen_of(watched.lives(60))) as (app, pilot):
        before, text = len(drawn), app.text
        for second in range(1, 5):
            give(app, watched.passes(1), second)
        await pilot.pause()
        assert (len(drawn), app.text) == (before, text)
        give(app, watched.passes(12), 20)
        await pilot.pause()
        await pilot.pause()
        assert drawn[-1] is watched.history
        assert app.text != text


async def test_masking_is_respected_at_once() -> None:
    async with shown(screen_of(an_afternoon())) as (app, pilot):
        assert ACCOUNT in app.text
        give(app, an_afternoon(), masked=True)
        await pilot.pause()
        await pilot.pause()
        assert ACCOUNT not in app.text
        assert "hidden, as amounts are masked" in app.text


async def test_in_a_low_terminal_the_keys_of_a_table_scroll() -> None:
    async with shown(screen_of(an_afternoon()), (60, 18)) as (app, pilot):
        assert "verdict" in app.lines[1]
        await press(pilot, "G")
        assert "verdict" not in app.text
        assert "net liquidation" in app.text
        await press(pilot, "g")
        assert "verdict" in app.lines[1]


async def test_another_size_has_other_plots() -> None:
    async with shown(screen_of(an_afternoon())) as (app, pilot):
        rows = app.text.count("│")
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert app.text.count("│") > rows
        assert "line: median, dots: highest" in app.text


async def test_an_encoding_without_blocks_shows_no_question_marks() -> None:
    async with shown(screen_of(an_afternoon()), encoding="ascii") as (app, _):
        assert app.text.isascii()
        assert "?" not in app.text


async def test_what_comes_from_outside_is_text_and_no_markup() -> None:
    watched = Watched(ready())
    for _ in range(3):
        watched.passes(10)
        watched.is_worth("5", currency="[red]X[/]")
    async with shown(screen_of(watched.passes(10))) as (app, _):
        assert "5.00 [red]X[/]" in app.text


@pytest.mark.parametrize("masked", [False, True])
async def test_e_writes_the_whole_history(tmp_path: Path, masked: bool) -> None:
    history = an_afternoon()
    app = app_of(replace(ready(), history=history), preset=Preset(export_folder=tmp_path))
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        if masked:
            await pilot.press("m")
        await pilot.press("h")
        await settled(pilot)
        assert isinstance(app.screen, HistoryScreen)
        await pilot.press("e")
        await settled(pilot)
        text = screen_text(app)
        assert "Export the history as CSV" in text
        assert f"{len(history.buckets)} rows, one for every 10 s" in text
        assert ("The file holds the real amounts" in text) is masked
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, HistoryExportScreen))
        (path,) = files(tmp_path)
        assert path.name.startswith("history-2026")
        assert path.read_bytes().decode() == history_csv(history)
        await settled(pilot)
        assert [each.message for each in app._notifications] == [
            f"{len(history.buckets)} rows written to {path.resolve()}"
        ]


async def test_without_a_history_nothing_is_written(tmp_path: Path) -> None:
    async with shown(screen_of(History(), tmp_path)) as (app, pilot):
        await press(pilot, "e")
        assert "There is no history yet." in app.text
        await press(pilot, "enter")
        assert files(tmp_path) == []
        await press(pilot, "escape")
        assert isinstance(app.screen, HistoryScreen)


async def test_the_app_hands_it_newer_states() -> None:
    watched = Watched(ready())
    app = app_of(replace(ready(), history=watched.history))
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        await pilot.press("h")
        await settled(pilot)
        assert "a moment" in screen_text(app)
        source_of(app).push(replace(ready(), history=watched.lives(120)))
        await settled(pilot)
        assert "to the gateway" in screen_text(app)
        await pilot.press("q")
        await settled(pilot)
        assert app.is_running
        assert app.screen.id == "monitor"
