"""The question what to sort by: every column, by keys, by its number and by mouse."""

import pytest

from tests.support.screen import SMALL, app_of, screen_text, settled
from tests.support.states import ready
from tui.domain.ordering import Sorting, SortKey
from tui.ui.position_words import ALL_COLUMNS, COLUMNS
from tui.ui.screens.sort import SortScreen, sort_choices

TINY = (60, 18)


def test_every_column_says_what_choosing_it_would_do() -> None:
    said = {choice.label: choice.help for choice in sort_choices(Sorting(SortKey.VALUE, True), ALL_COLUMNS)}
    assert next(iter(said)) == "IBKR's order"
    assert len(said) == len(ALL_COLUMNS) + 1
    assert (said["Symbol"], said["Unrealised"]) == ("A to Z", "largest first")
    assert said["Value"] == "turn round: smallest first"
    assert {choice.help for choice in sort_choices(Sorting(SortKey.TYPE), COLUMNS) if choice.label == "Type"} == {
        "turn round: Z to A"
    }


@pytest.mark.parametrize("size", [TINY, SMALL])
@pytest.mark.parametrize(
    ("before", "keys", "expected"),
    [
        (Sorting(), ["enter"], Sorting()),
        (Sorting(), ["down", "enter"], Sorting(SortKey.SYMBOL)),
        (Sorting(), ["end", "enter"], Sorting(SortKey.EXCHANGE)),
        (Sorting(), ["7"], Sorting(SortKey.VALUE, True)),
        (Sorting(SortKey.VALUE, True), ["enter"], Sorting(SortKey.VALUE, False)),
        (Sorting(SortKey.VALUE, True), ["home", "enter"], Sorting()),
        (Sorting(SortKey.VALUE, True), ["escape"], None),
        (Sorting(SortKey.VALUE, True), ["q"], None),
    ],
)
async def test_it_dismisses_with_what_was_chosen(
    size: tuple[int, int], before: Sorting, keys: list[str], expected: Sorting | None
) -> None:
    app = app_of(ready())
    got: list[Sorting | None] = []
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        app.push_screen(SortScreen(before, COLUMNS), got.append)
        await settled(pilot)
        assert "Sort the positions by" in screen_text(app)
        assert ("▸" in screen_text(app)) is True
        await pilot.press(*keys)
        await settled(pilot)
        assert got == [expected]


async def test_a_click_chooses() -> None:
    app = app_of(ready())
    got: list[Sorting | None] = []
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        app.push_screen(SortScreen(Sorting(), COLUMNS), got.append)
        await settled(pilot)
        await pilot.click("#choices", offset=(6, 2))
        await settled(pilot)
        assert got == [Sorting(SortKey.TYPE)]
