"""The first run: what is said where there is no gateway yet, and what each choice yields."""

import pytest
from textual.events import Paste

from tests.support.host import SIZES, press, shown
from tui.domain.address import Address, parse_address
from tui.ui.line import width
from tui.ui.screens.choices import Choice
from tui.ui.screens.first_run import DEMO, QUIT, WALKTHROUGH, FirstRunScreen, first_run_lines, install_lines
from tui.ui.widgets.footer import Footer
from tui.ui.widgets.line_input import LineInput

URL = "https://localhost:5000"
OFFERS = (Choice("setup", "Set it up", "the wizard"),)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("size", SIZES)
async def test_it_says_what_was_looked_for_and_what_can_be_done(size: tuple[int, int], encoding: str) -> None:
    async with shown(FirstRunScreen(URL, OFFERS, "connection refused"), size, encoding) as (app, _):
        assert f"looked for a Client Portal Gateway at {URL}" in app.words
        assert "connection refused" in app.words
        labels = ("1 Walk me through it", "2 Watch the demo", "3 Give another address", "4 Install and start one")
        for label in (*labels, "5 Set it up", "6 Keep waiting here"):
            assert label in app.words
        assert "Back" in app.text
        assert "Quit" in app.text
        assert app.text.isascii() is (encoding == "ascii")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["enter"], WALKTHROUGH),
        (["1"], WALKTHROUGH),
        (["2"], DEMO),
        (["end", "enter"], None),
        (["6"], None),
        (["5"], "setup"),
        (["j", "j", "j", "down", "enter"], "setup"),
        (["escape"], None),
        (["q"], QUIT),
        (["ctrl+c"], QUIT),
    ],
)
async def test_each_choice_yields_its_result(size: tuple[int, int], keys: list[str], expected: str | None) -> None:
    async with shown(FirstRunScreen(URL, OFFERS), size) as (app, pilot):
        await press(pilot, *keys)
        assert app.results == [expected]


async def test_without_offers_the_fifth_is_to_wait() -> None:
    async with shown(FirstRunScreen(URL)) as (app, pilot):
        assert "5 Keep waiting here" in app.words
        assert "What was seen" not in app.words
        await press(pilot, "5")
        assert app.results == [None]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("typed", ["https://192.0.2.7:5001", "http://[::1]:5000", "https://gw.lan"])
async def test_another_address_is_taken(size: tuple[int, int], typed: str) -> None:
    async with shown(FirstRunScreen(URL), size) as (app, pilot):
        await press(pilot, "3")
        assert app.focused is app.screen.query_one(LineInput)
        await press(pilot, *typed, "enter")
        assert app.results == [parse_address(typed)]
        assert isinstance(app.results[0], Address)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("localhost:5000", "does not start with https:// or http://"),
        ("", "does not start with https:// or http://"),
        ("https://a@b", "a user name or password does not belong into the address"),
        ("https://x/" + "y" * 200, "has something behind the port"),
        ("https://[red]x[/red]", "not"),
        ("https://トヨタ", "neither a name"),
    ],
)
async def test_a_wrong_address_is_explained_in_place(size: tuple[int, int], typed: str, said: str) -> None:
    async with shown(FirstRunScreen(URL), size) as (app, pilot):
        await press(pilot, "3")
        app.screen.query_one(LineInput).value = typed
        await press(pilot, "enter")
        assert app.results == []
        assert "▲" in app.text
        assert said in app.words
        assert "expected something like" in app.words
        assert "Back" in app.text
        await press(pilot, "x")
        assert "▲" not in app.text


async def test_a_pasted_address_keeps_no_control_character() -> None:
    async with shown(FirstRunScreen(URL)) as (app, pilot):
        await press(pilot, "3")
        app.screen.query_one(LineInput).post_message(Paste("https://h:5000\x1b]52;c;!\x07\nnext"))
        await press(pilot, "enter")
        assert app.results == []
        assert app.text.replace("\n", "").isprintable()


async def test_letters_are_typed_and_leave_nothing() -> None:
    async with shown(FirstRunScreen(URL)) as (app, pilot):
        await press(pilot, "3", *"q1?j", "escape")
        assert app.results == []
        assert "Watch the demo" in app.text
        await press(pilot, "3")
        assert "q1?j" in app.text


@pytest.mark.parametrize("size", SIZES)
async def test_the_steps_stand_there_in_full(size: tuple[int, int]) -> None:
    async with shown(FirstRunScreen("https://localhost:5001"), size) as (app, pilot):
        await press(pilot, "4")
        for said in (
            "java -version",
            "interactivebrokers.com",
            "bin/run.sh root/conf.yaml",
            "bin\\run.bat",
            "open https://localhost:5001 in a browser",
            "cpwatch finds the gateway by itself.",
        ):
            assert said.replace(" ", "") in app.squeezed
        await press(pilot, "enter", "1", "j", "escape")
        assert app.results == []
        assert "Watch the demo" in app.text
        await press(pilot, "escape")
        assert app.results == [None]


@pytest.mark.parametrize("stage", ["3", "4", "escape"])
async def test_it_closes_when_a_gateway_appears_whatever_is_shown(stage: str) -> None:
    screen = FirstRunScreen(URL)
    async with shown(screen) as (app, pilot):
        if stage != "escape":
            await press(pilot, stage)
        screen.dismiss(None)
        await press(pilot)
        assert app.results == [None]
        assert app.screen is not screen


async def test_mouse() -> None:
    async with shown(FirstRunScreen(URL)) as (app, pilot):
        await pilot.click("#first-run-choices", offset=(6, 2))
        await press(pilot)
        assert "The gateway's address" in app.text
        await pilot.click(Footer, offset=(2, 0))
        await press(pilot)
        await pilot.click("#first-run-choices", offset=(6, 1))
        await press(pilot)
        assert app.results == [DEMO]


@pytest.mark.parametrize("cells", [30, 56, 72])
def test_no_line_is_too_wide(cells: int) -> None:
    hostile = "[red]トヨタ[/red]\x1b[31m " + "x" * 120
    for rows in (first_run_lines(URL, hostile, cells), install_lines(f"https://{'x' * 90}:5000", cells)):
        assert max(width(row) for row in rows) <= cells
        assert all(part.text.isprintable() for row in rows for part in row)
