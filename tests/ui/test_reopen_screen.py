"""The question before the brokerage session is opened again: what it says, and what each key yields."""

import pytest

from tests.support.host import SIZES, press, shown
from tui.domain.verdict_name import VerdictName
from tui.ui.line import plain, width
from tui.ui.screens.reopen import ReopenScreen, reopen_lines
from tui.ui.widgets.footer import Footer

HELPED = [VerdictName.SESSION_LAPSED, VerdictName.LOGGED_OUT, VerdictName.COMPETING]
NOT_COMPETING = [name for name in VerdictName if name is not VerdictName.COMPETING]
REFUSAL = "Not re-opened: not again before 14:04:20."


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", HELPED)
@pytest.mark.parametrize(
    ("key", "expected"), [("enter", False), ("y", False), ("escape", None), ("q", None), ("ctrl+c", None)]
)
async def test_one_key_reopens_and_the_others_do_nothing(
    size: tuple[int, int], name: VerdictName, key: str, expected: bool | None
) -> None:
    async with shown(ReopenScreen(name), size) as (app, pilot):
        await press(pilot, key)
        assert app.results == [expected]
        assert app.is_running


@pytest.mark.parametrize("keys", [["x"], ["up", "down", "space", "n", "1"], ["tab"]])
async def test_other_keys_answer_nothing(keys: list[str]) -> None:
    async with shown(ReopenScreen(VerdictName.COMPETING)) as (app, pilot):
        await press(pilot, *keys)
        assert app.results == []


@pytest.mark.parametrize("size", SIZES)
async def test_to_take_it_over_needs_a_second_answer_that_names_who_is_thrown_out(size: tuple[int, int]) -> None:
    async with shown(ReopenScreen(VerdictName.COMPETING), size) as (app, pilot):
        assert "nobody is thrown out" in app.words
        assert "Take it over" in app.text
        await press(pilot, "t")
        assert app.results == []
        for said in ("Trader Workstation", "IBKR Mobile", "another program", "not cancelled", "loses its session"):
            assert said in app.words
        assert "Throw it out" in app.text
        assert "Take it over" not in app.text
        await press(pilot, "x")
        assert app.results == [True]


@pytest.mark.parametrize("name", VerdictName)
@pytest.mark.parametrize("before", [[], ["t"], ["t", "t"], ["t", "y"]], ids="".join)
async def test_no_number_of_enters_takes_the_session_over(name: VerdictName, before: list[str]) -> None:
    async with shown(ReopenScreen(name)) as (app, pilot):
        await press(pilot, *before)
        for _ in range(4):
            if not app.results:
                await press(pilot, "enter")
        assert True not in app.results
        assert len(app.results) <= 1


@pytest.mark.parametrize("key", ["t", "y", "x", "enter"])
async def test_no_key_held_down_takes_the_session_over(key: str) -> None:
    async with shown(ReopenScreen(VerdictName.COMPETING)) as (app, pilot):
        for _ in range(5):
            if not app.results:
                await press(pilot, key)
        assert True not in app.results


@pytest.mark.parametrize("key", ["escape", "q"])
async def test_the_second_question_can_be_left_with_nothing_done(key: str) -> None:
    async with shown(ReopenScreen(VerdictName.COMPETING)) as (app, pilot):
        await press(pilot, "t", "enter", "y", key)
        assert app.results == [None]


@pytest.mark.parametrize("name", NOT_COMPETING)
async def test_only_a_competing_session_can_be_taken_over(name: VerdictName) -> None:
    async with shown(ReopenScreen(name)) as (app, pilot):
        assert "Take it over" not in app.text
        await press(pilot, "t", "x")
        assert app.results == []
        assert "Throw it out" not in app.text


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", [VerdictName.READY, VerdictName.COMPETING])
async def test_where_it_is_refused_it_says_why_and_can_only_be_left(size: tuple[int, int], name: VerdictName) -> None:
    async with shown(ReopenScreen(name, REFUSAL), size) as (app, pilot):
        assert REFUSAL in app.words
        for offer in ("Take it over", "Throw it out", "ssodh"):
            assert offer not in app.text
        await press(pilot, "enter", "y", "t", "x")
        assert app.results == []
        await press(pilot, "escape")
        assert app.results == [None]


async def test_a_refusal_is_text_and_never_cut() -> None:
    hostile = "[b]Not[/b] re-opened: " + "トヨタ " * 12 + "end"
    async with shown(ReopenScreen(VerdictName.READY, hostile), (60, 18)) as (app, _):
        assert hostile.replace(" ", "") in app.squeezed


async def test_the_footer_can_be_clicked() -> None:
    async with shown(ReopenScreen(VerdictName.SESSION_LAPSED)) as (app, pilot):
        await pilot.click(Footer, offset=(4, 0))
        await press(pilot)
        assert app.results == [False]


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
async def test_the_box_is_drawn_in_the_terminals_encoding(encoding: str) -> None:
    async with shown(ReopenScreen(VerdictName.COMPETING), (60, 18), encoding) as (app, pilot):
        assert app.text.isascii() is (encoding == "ascii")
        await press(pilot, "t")
        assert app.text.isascii() is (encoding == "ascii")


@pytest.mark.parametrize("cells", [20, 56, 72])
@pytest.mark.parametrize("name", HELPED)
@pytest.mark.parametrize("taking", [False, True])
def test_no_line_is_too_wide(cells: int, name: VerdictName, taking: bool) -> None:
    rows = reopen_lines(name, None, cells, taking=taking)
    assert max(width(row) for row in rows) <= cells


def test_logged_out_says_that_it_may_take_a_login() -> None:
    def said(name: VerdictName) -> str:
        return " ".join(" ".join(plain(row) for row in reopen_lines(name, None, 72)).split())

    assert "log in again" in said(VerdictName.LOGGED_OUT)
    assert "log in again" not in said(VerdictName.SESSION_LAPSED)
    assert "Another program holds the session" in said(VerdictName.COMPETING)
