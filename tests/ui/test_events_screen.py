"""The events screen: its lines, its search, and that it stands still while it is read."""

from datetime import timedelta
from typing import Any

import pytest
from textual.events import Paste

from tests.support.host import SIZES, Host, press, shown
from tests.support.parts import JOURNAL, NOW, ago
from tui.clock import Moment
from tui.domain.journal import JOURNAL_LIMIT, Entry, Level, noted
from tui.domain.state import JobFault
from tui.ui.event_words import dated, entry_lines, found, search_words
from tui.ui.panes.events import EventsView
from tui.ui.screens import events as events_module
from tui.ui.screens.events import EventsScreen, EventsText

LONG = "the gateway failed: " + "no byte came within twelve seconds, and then none again " * 3


def journal_of(count: int, level: Level = Level.INFO) -> tuple[Entry, ...]:
    """That many entries, a second apart, every third of them long."""
    return tuple(
        Entry(ago(count - n), level, f"entry {n:03}" + (f" {LONG}" if n % 3 == 0 else "")) for n in range(count)
    )


def give(app: Host, view: EventsView, now: Moment = NOW) -> None:
    """As the app keeps it up to date."""
    screen = app.screen
    assert isinstance(screen, EventsScreen)
    screen.state, screen.now = view, now


def text_of(app: Host) -> EventsText:
    """The entries' widget."""
    return app.screen.query_one(EventsText)


@pytest.mark.parametrize("size", SIZES)
async def test_the_newest_come_first_with_date_and_mark_and_nothing_is_cut(size: tuple[int, int]) -> None:
    entries = (*JOURNAL, Entry(ago(1), Level.ALARM, LONG.strip()))
    async with shown(EventsScreen(EventsView(entries), NOW), size) as (app, _):
        assert "Events" in app.lines[0]
        assert "5 entries" in app.lines[0]
        assert f"{dated(ago(1))}  ▲ the gateway failed:" in app.lines[1]
        assert LONG.strip() in app.words
        assert app.words.index("keep-alive answered again") < app.words.index("login seen")


async def test_an_entry_of_another_day_has_its_date() -> None:
    then = Moment(NOW.wall - timedelta(days=3), 0.0)
    async with shown(EventsScreen(EventsView((Entry(then, Level.OK, "login seen"),)), NOW)) as (app, _):
        assert dated(then) in app.text
        assert dated(then)[:5] != dated(NOW)[:5]


@pytest.mark.parametrize("key", ["escape", "l", "q"])
async def test_each_of_its_keys_closes_it(key: str) -> None:
    async with shown(EventsScreen(EventsView(JOURNAL), NOW)) as (app, pilot):
        await press(pilot, key)
        assert app.results == [None]


async def test_without_entries_it_says_so() -> None:
    async with shown(EventsScreen(EventsView())) as (app, pilot):
        assert "Nothing has changed yet." in app.text
        await press(pilot, "/", *"x")
        assert "Nothing has changed yet." in app.text


@pytest.mark.parametrize("size", SIZES)
async def test_the_keys_of_a_table_scroll(size: tuple[int, int]) -> None:
    async with shown(EventsScreen(EventsView(journal_of(60)), NOW), size) as (app, pilot):
        first = app.text
        await press(pilot, "G")
        assert "entry 000" in app.text
        await press(pilot, "pageup", "pagedown", "k", "j", "g")
        assert app.text == first
        await press(pilot, "j")
        assert "entry 059" not in app.text


@pytest.mark.parametrize(
    ("typed", "shown_texts", "count"),
    [
        ("keep-alive", ["answered again", "unanswered"], "2 of 4"),
        ("KEEP again", ["answered again"], "1 of 4"),
        ("warn", ["unanswered"], "1 of 4"),
        ("ok login", ["login seen"], "1 of 4"),
        (dated(ago(71)).split()[1], ["answered again"], "1 of 4"),
    ],
)
async def test_a_search_finds_the_lines_with_all_its_words(typed: str, shown_texts: list[str], count: str) -> None:
    async with shown(EventsScreen(EventsView(JOURNAL), NOW)) as (app, pilot):
        await press(pilot, "/", *("space" if char == " " else char for char in typed))
        assert count in app.lines[0]
        assert typed in app.lines[1]
        rows = [line for line in app.lines[2:-1] if line.strip()]
        assert len(rows) == len(shown_texts)
        for row, said in zip(rows, shown_texts, strict=True):
            assert said in row


async def test_enter_keeps_the_search_and_escape_ends_it_and_then_closes() -> None:
    async with shown(EventsScreen(EventsView(journal_of(60)), NOW), (60, 18)) as (app, pilot):
        await press(pilot, "/", *"entry", "enter")
        assert app.focused is text_of(app)
        assert "60 of 60" in app.lines[0]
        await press(pilot, "G")
        assert "entry 000" in app.text
        await press(pilot, "/", *"05", "enter", "q")
        assert app.results == [None]


async def test_escape_clears_the_search_first() -> None:
    async with shown(EventsScreen(EventsView(JOURNAL), NOW)) as (app, pilot):
        before = app.text
        await press(pilot, "/", *"qlj/", "escape")
        assert app.results == []
        assert app.text == before
        await press(pilot, "/", *"warn", "enter", "escape")
        assert app.results == []
        assert app.text == before
        await press(pilot, "escape")
        assert app.results == [None]


async def test_an_empty_search_is_put_away() -> None:
    async with shown(EventsScreen(EventsView(JOURNAL), NOW)) as (app, pilot):
        before = app.text
        await press(pilot, "/")
        assert "Search:" in app.text
        await press(pilot, "enter")
        assert app.text == before


async def test_a_search_without_result_says_so() -> None:
    async with shown(EventsScreen(EventsView(JOURNAL), NOW), (60, 18)) as (app, pilot):
        await press(pilot, "/", *"nowhere")
        assert "0 of 4" in app.lines[0]
        assert "None of the 4 entries has all of these words" in app.words
        await press(pilot, *["backspace"] * 7)
        assert "4 entries" in app.lines[0]


async def test_new_entries_are_shown_at_the_top() -> None:
    async with shown(EventsScreen(EventsView(journal_of(40)), NOW)) as (app, pilot):
        give(app, EventsView(noted(journal_of(40), Entry(NOW, Level.WARN, "something new"))))
        await press(pilot)
        assert "something new" in app.lines[1]
        assert "41 entries" in app.lines[0]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [60, JOURNAL_LIMIT])
@pytest.mark.parametrize("down", [1, 7, 25])
async def test_what_is_read_stays_where_it_is(size: tuple[int, int], count: int, down: int) -> None:
    journal = journal_of(count)
    async with shown(EventsScreen(EventsView(journal), NOW), size) as (app, pilot):
        await press(pilot, *["j"] * down)
        before = app.lines[1:-1]
        for n in range(5):
            journal = noted(journal, Entry(NOW.plus(n), Level.WARN, f"new {n} {LONG}"))
            give(app, EventsView(journal), NOW.plus(n))
            await press(pilot)
            assert [line[:-2] for line in app.lines[1:-1]] == [line[:-2] for line in before]


async def test_what_is_read_of_a_search_stays_too() -> None:
    journal = journal_of(60)
    async with shown(EventsScreen(EventsView(journal), NOW), (60, 18)) as (app, pilot):
        await press(pilot, "/", *"entry", "enter", "j", "j", "j")
        before = app.lines[2:-1]
        give(app, EventsView(noted(journal, Entry(NOW, Level.OK, "another"), Entry(NOW, Level.OK, "entry x"))))
        await press(pilot)
        assert [line[:-2] for line in app.lines[2:-1]] == [line[:-2] for line in before]
        assert "61 of 62" in app.lines[0]


async def test_a_job_that_stands_still_is_named_first() -> None:
    faults = {"positions": JobFault(ago(5), "KeyError", 30.0), "login": JobFault(ago(5), "ValueError", None)}
    async with shown(EventsScreen(EventsView(JOURNAL, faults), NOW)) as (app, pilot):
        assert "the login job stands still" in app.words
        assert "until cpwatch is started again" in app.words
        assert app.words.index("the positions job") < app.words.index("keep-alive")
        give(app, EventsView(JOURNAL))
        await press(pilot)
        assert "stands still" not in app.text


async def test_an_entry_is_wrapped_once(monkeypatch: pytest.MonkeyPatch) -> None:
    wrapped: list[Entry] = []

    def counting(entry: Entry, time: str, width: int) -> list[Any]:
        wrapped.append(entry)
        return entry_lines(entry, time, width)

    monkeypatch.setattr(events_module, "entry_lines", counting)
    journal = journal_of(JOURNAL_LIMIT)
    async with shown(EventsScreen(EventsView(journal), NOW)) as (app, pilot):
        wrapped.clear()
        for n in range(10):
            give(app, EventsView(journal), NOW.plus(n))
            await press(pilot)
        assert wrapped == []
        new = Entry(NOW, Level.OK, "new")
        give(app, EventsView(noted(journal, new)))
        await press(pilot)
        assert wrapped == [new]


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_texts_are_text(size: tuple[int, int]) -> None:
    texts = ["[red]bold[/red] [@click=app.quit]x[/]", "トヨタ自動車 " * 12, "x" * 300]
    entries = tuple(Entry(ago(n), Level.INFO, text) for n, text in enumerate(texts))
    async with shown(EventsScreen(EventsView(entries), NOW), size) as (app, pilot):
        for text in texts:
            assert text.replace(" ", "") in app.squeezed
        await press(pilot, "/", *"[red]")
        assert "1 of 3" in app.lines[0]


async def test_a_paste_brings_no_control_character_to_the_terminal() -> None:
    async with shown(EventsScreen(EventsView(JOURNAL), NOW)) as (app, pilot):
        await press(pilot, "/")
        app.screen.query_one("#events-input").post_message(Paste("a\x1b[31mb\x07\nsecond"))
        await press(pilot)
        assert "0 of 4" in app.lines[0]
        assert app.text.replace("\n", "").isprintable()


async def test_in_ascii_everything_is_ascii() -> None:
    async with shown(EventsScreen(EventsView(JOURNAL), NOW), (60, 18), "ascii") as (app, pilot):
        await press(pilot, "/", *"a")
        assert app.text.isascii()


@pytest.mark.parametrize(
    ("typed", "level", "text", "expected"),
    [
        ("", Level.OK, "x", True),
        ("ok", Level.OK, "x", True),
        ("ok", Level.INFO, "token lost", False),
        ("warn", Level.OK, "a warning", False),
        ("warn", Level.OK, "they warn you", True),
        ("alarm gateway", Level.ALARM, "the Gateway failed", True),
        ("alarm gateway", Level.WARN, "the Gateway failed", False),
        ("b a", Level.OK, "a b", True),
        ("STRASSE", Level.OK, "Straße", True),
    ],
)
def test_words(typed: str, level: Level, text: str, expected: bool) -> None:
    assert found(search_words(typed), level, "11-20 14:03:20", text) is expected
