"""Screens that are opened and closed a thousand times in a month leave nothing behind."""

import gc
import weakref

import pytest
from textual._styles_cache import StylesCache

from tests.support.screen import SIZE, app_of, settled, source_of
from tests.support.states import gateway_down, ready
from tui.ui.preset import Preset
from tui.ui.screens.first_run import FirstRunScreen


def kept() -> int:
    """How many widgets' drawn lines are in memory."""
    gc.collect()
    return sum(isinstance(each, StylesCache) for each in gc.get_objects())


@pytest.mark.parametrize("opens", ["question_mark", "h", "l", "d", "ctrl+p"])
async def test_a_screen_that_was_closed_is_forgotten(opens: str) -> None:
    app = app_of(ready())
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)

        async def visit() -> None:
            await pilot.press(opens)
            await settled(pilot)
            await pilot.press("escape")
            await settled(pilot)

        await visit()
        first = kept()
        for _ in range(3):
            await visit()
        assert kept() <= first


async def test_the_first_steps_are_forgotten_once_there_is_a_gateway() -> None:
    app = app_of(gateway_down(), preset=Preset(first_run=True))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert isinstance(app.screen, FirstRunScreen)
        seen = weakref.ref(app.screen)
        source_of(app).push(ready())
        await settled(pilot)
        gc.collect()
        assert seen() is None
