"""What our full-screen programs share: the looks, a notice, the clipboard, and leaving well."""

import os
from typing import Any, ClassVar

from textual.app import App

from tui.resources import stylesheet
from tui.ui.copying import Copyable, copied
from tui.ui.glyphs import UTF_8, printable, terminal_encoding
from tui.ui.preset import Preset
from tui.ui.theme import DARK, DEFAULTS, themes_for
from tui.ui.widgets.paint import TONES


class BareApp(App[int]):
    """Its return value is the exit code. theme: one of `tui.ui.theme.NAMES`. preset: the user's own ways.

    encoding: the terminal's; by default the locale's. defect: the exception that ended it.
    """

    TITLE = "cpwatch"
    CSS_PATH: ClassVar[Any] = [stylesheet("base.tcss")]
    COMPONENT_CLASSES: ClassVar[set[str]] = TONES
    ALLOW_SELECT = False

    def __init__(self, *, theme: str = DARK, encoding: str | None = None, preset: Preset | None = None) -> None:
        # Textual's own way with NO_COLOR is greys, which are colours; only of named colours does it send none at all.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self.encoding = encoding or terminal_encoding()
        self.animation_level = "none"
        for each in themes_for(self.console.color_system):
            self.register_theme(each)
        self.theme = theme
        self.preset = preset or Preset()
        self.keymap = self.preset.keymap
        self.set_keymap(self.keymap.for_textual())
        self.defect: Exception | None = None

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our meanings' colours, for themes that don't give them."""
        return DEFAULTS

    def on_mount(self) -> None:
        """Draw with signs that the terminal has."""
        self.set_class(self.encoding != UTF_8, "-ascii")

    def say(self, text: str) -> None:
        """A notice that goes away by itself; never markup."""
        self.notify(printable(text, self.encoding), severity="warning", markup=False)

    def copy(self, item: Copyable | None) -> None:
        """Copy it, and say what became of it; nothing where there is nothing."""
        if item is not None:
            self.say(copied(self, item, self.preset.copy_file))

    async def action_quit(self) -> None:
        """Leave, well."""
        self.exit(0)

    def _fatal_error(self) -> None:
        """Leave on a defect, which is kept for whoever ran us. Textual's own way is to print a traceback."""
        self.defect = self._exception
        self._close_messages_no_wait()
