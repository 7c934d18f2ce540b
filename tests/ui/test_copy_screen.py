"""The dialog that asks what to copy, and the list that it shares with other dialogs."""

import pytest

from tests.support.host import SIZES, press, shown
from tui.ui.copying import Copyable
from tui.ui.line import width
from tui.ui.screens.choices import Choice, ChoiceScreen
from tui.ui.screens.copy import CopyScreen
from tui.ui.widgets.choice_list import ChoiceList, choice_blocks
from tui.ui.widgets.footer import Footer

CURL = "curl -k -X POST -H 'Content-Type: application/json' https://localhost:5000/v1/api/iserver/auth/ssodh/init"
ITEMS = (
    Copyable("the ssh line", "ssh -p 2222 -L 5000:localhost:5000 trader@192.0.2.17"),
    Copyable("the line that re-opens the session", CURL),
    Copyable("the gateway's address", "https://localhost:5000"),
)
HOSTILE = (
    Copyable("the [red]line[/red]", "[@click=app.quit]echo[/]"),
    Copyable("トヨタ自動車", "echo 休暇資金 " * 8),
    Copyable("the long one", "x" * 1500),
    Copyable("the last", "https://localhost:5000"),
)
THEMES = (Choice("dark", "Dark", "for dark rooms"), Choice("light", "Light"), Choice("plain", "Plain", "16 colours"))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["enter"], ITEMS[0]),
        (["down", "enter"], ITEMS[1]),
        (["j", "j", "k", "enter"], ITEMS[1]),
        (["up", "enter"], ITEMS[0]),
        (["end", "down", "enter"], ITEMS[2]),
        (["G", "g", "enter"], ITEMS[0]),
        (["pagedown", "pagedown", "enter"], ITEMS[2]),
        (["G", "pageup", "pageup", "enter"], ITEMS[0]),
        (["2"], ITEMS[1]),
        (["9", "0", "3"], ITEMS[2]),
        (["escape"], None),
        (["q"], None),
        (["ctrl+c"], None),
    ],
)
async def test_keys(size: tuple[int, int], keys: list[str], expected: Copyable | None) -> None:
    async with shown(CopyScreen(ITEMS), size) as (app, pilot):
        await press(pilot, *keys)
        assert app.results == [expected]
        assert app.is_running


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("size", SIZES)
async def test_each_text_stands_there_in_full(size: tuple[int, int], encoding: str) -> None:
    async with shown(CopyScreen(ITEMS), size, encoding) as (app, _):
        for item in ITEMS:
            assert item.text.replace(" ", "") in app.squeezed
        assert "The ssh line" in app.text
        assert "Back" in app.words
        assert encoding == "utf-8" or app.text.isascii()


@pytest.mark.parametrize(("line", "expected"), [(0, ITEMS[0]), (1, ITEMS[0]), (2, ITEMS[1]), (4, ITEMS[2])])
async def test_a_click_chooses_what_it_hits(line: int, expected: Copyable) -> None:
    async with shown(CopyScreen(ITEMS), (200, 60)) as (app, pilot):
        await pilot.click(ChoiceList, offset=(6, line if line < 3 else line + 1))
        await press(pilot)
        assert app.results == [expected]


async def test_the_footer_takes_back() -> None:
    async with shown(CopyScreen(ITEMS)) as (app, pilot):
        await pilot.click(Footer, offset=(3, 0))
        await press(pilot)
        assert app.results == [None]


@pytest.mark.parametrize("size", [(60, 18), (80, 24)])
async def test_what_finds_no_room_is_scrolled_to(size: tuple[int, int]) -> None:
    async with shown(CopyScreen(HOSTILE), size) as (app, pilot):
        assert "The[red]line[/red]" in app.squeezed
        assert "[@click=app.quit]echo[/]" in app.squeezed
        assert "Back" in app.text
        await press(pilot, "end")
        assert "The last" in app.text
        assert "https://localhost:5000" in app.text
        assert "Back" in app.text
        await press(pilot, "home")
        assert "The[red]line[/red]" in app.squeezed
        await press(pilot, "down")
        assert "トヨタ自動車" in app.text
        assert "echo休暇資金" * 8 in app.squeezed
        await press(pilot, "2")
        assert app.results == [HOSTILE[1]]


async def test_the_list_follows_the_terminals_size() -> None:
    async with shown(CopyScreen(HOSTILE), (200, 60)) as (app, pilot):
        await press(pilot, "end")
        await pilot.resize_terminal(60, 18)
        await press(pilot)
        assert "The last" in app.text
        assert "Back" in app.text


@pytest.mark.parametrize("cells", [8, 20, 54, 70, 106])
def test_no_line_is_wider_than_the_list_and_no_text_is_lost(cells: int) -> None:
    items = [Choice(str(at), each.title, each.text, exact=True) for at, each in enumerate((*ITEMS, *HOSTILE))]
    blocks = choice_blocks(items, cells)
    assert all(width(row) <= cells for block in blocks for row in block)
    for item, block in zip(items, blocks, strict=True):
        text = "".join(part.text for row in block for part in row).replace(" ", "")
        assert text.endswith(item.help.replace(" ", ""))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("keys", "expected"), [(["enter"], "light"), (["up", "enter"], "dark"), (["3"], "plain"), (["escape"], None)]
)
async def test_a_choice_begins_at_what_is_in_force(
    size: tuple[int, int], keys: list[str], expected: str | None
) -> None:
    async with shown(ChoiceScreen("Theme", THEMES, "light"), size) as (app, pilot):
        assert "▸2" in app.text
        assert "Dark   for dark rooms" in app.text
        await press(pilot, *keys)
        assert app.results == [expected]


async def test_a_choice_among_many_has_numbers_for_the_first_nine() -> None:
    many = [Choice(f"U{n}", f"Account U{n}", "an account") for n in range(40)]
    async with shown(ChoiceScreen("A very long title, " * 6, many), (60, 18)) as (app, pilot):
        assert "Enter or 1-9" in app.text
        await press(pilot, "end")
        assert "Account U39" in app.text
        await press(pilot, "up", "enter")
        assert app.results == ["U38"]


async def test_a_choice_of_nothing_can_only_be_left() -> None:
    async with shown(ChoiceScreen("Profile", ())) as (app, pilot):
        await press(pilot, "enter", "down", "end", "1")
        assert app.results == []
        await press(pilot, "escape")
        assert app.results == [None]


async def test_the_item_under_the_cursor_has_a_ground_of_its_own() -> None:
    async with shown(CopyScreen(ITEMS), (80, 24)) as (_, pilot):
        chosen = pilot.app.screen.query_one(ChoiceList)

        def grounds(y: int) -> set[object]:
            return {segment.style.bgcolor for segment in chosen.render_line(y) if segment.style and segment.text}

        before, other = grounds(0), grounds(2)
        assert len(before) == len(other) == 1
        assert before != other
        await pilot.press("down")
        assert (grounds(0), grounds(2)) == (other, before)
