"""An app with nothing but our looks, to try one screen in, and what it was dismissed with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

from tui.resources import stylesheet
from tui.ui.glyphs import UTF_8
from tui.ui.theme import DARK, DEFAULTS, THEMES
from tui.ui.widgets.paint import TONES

SIZES = [(60, 18)]
"""The smallest size: what fits there fits everywhere; the pictures show the others."""


class Host(App[int]):
    """Shows a screen; `results` holds what it was dismissed with."""

    CSS_PATH: ClassVar[Any] = [stylesheet("base.tcss")]
    COMPONENT_CLASSES: ClassVar[set[str]] = TONES
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, encoding: str = UTF_8) -> None:
        super().__init__()
        self.encoding = encoding
        self.animation_level = "none"
        for each in THEMES:
            self.register_theme(each)
        self.theme = DARK
        self.results: list[Any] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our meanings' colours."""
        return DEFAULTS

    def on_mount(self) -> None:
        """As the real app does it."""
        self.set_class(self.encoding != UTF_8, "-ascii")

    @property
    def lines(self) -> list[str]:
        """What stands on the screen."""
        strips = self.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip) for strip in strips]

    @property
    def text(self) -> str:
        """The same, in one."""
        return "\n".join(self.lines)

    @property
    def words(self) -> str:
        """What is said, without borders and however it is broken into lines."""
        return " ".join(" ".join(line.strip(" │|▁▂▃▄▅▆▇█") for line in self.lines).split())

    @property
    def squeezed(self) -> str:
        """The same without blanks, so that what is broken within a word is found whole."""
        return "".join(self.words.split())


@asynccontextmanager
async def shown(
    screen: Screen[Any], size: tuple[int, int] = (80, 24), encoding: str = UTF_8
) -> AsyncIterator[tuple[Host, Pilot[int]]]:
    """That screen, drawn, in an app of its own."""
    app = Host(encoding)
    async with app.run_test(size=size) as pilot:
        app.push_screen(screen, app.results.append)
        await pilot.pause()
        await pilot.pause()
        yield app, pilot


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Press them, and wait until what they mean is drawn."""
    await pilot.press(*keys)
    await pilot.pause()
    await pilot.pause()
