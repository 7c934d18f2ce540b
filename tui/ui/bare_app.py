"""What our full-screen programs share: the looks, a notice, the clipboard, and leaving well."""

import logging
import os
from collections.abc import Mapping
from typing import Any, ClassVar

from textual.app import App
from textual.await_complete import AwaitComplete
from textual.css.errors import StylesheetError
from textual.dom import DOMNode
from textual.driver import Driver

from tui.resources import stylesheet
from tui.ui.closed import forget_closed
from tui.ui.copying import Copyable, copied
from tui.ui.ends import on_signals
from tui.ui.glyphs import UTF_8, printable, terminal_encoding
from tui.ui.outlet import Outlet, through
from tui.ui.preset import Preset
from tui.ui.theme import DARK, DEFAULTS, themes_for
from tui.ui.widgets.paint import TONES

log = logging.getLogger(__name__)


class BareApp(App[int]):
    """Its return value is the exit code. theme: one of `tui.ui.theme.NAMES`. preset: the user's own ways.

    encoding: the terminal's; by default the locale's. defect: the exception that ended it.
    """

    TITLE = "cpwatch"
    CSS_PATH: ClassVar[Any] = [stylesheet("base.tcss")]
    COMPONENT_CLASSES: ClassVar[set[str]] = TONES
    ALLOW_SELECT = False

    def __init__(self, *, theme: str = DARK, encoding: str | None = None, preset: Preset | None = None) -> None:
        self._outlet = Outlet()
        # Textual's own way with NO_COLOR is greys, which are colours; only of named colours does it send none at all.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self.encoding = encoding or terminal_encoding()
        self.animation_level = "none"
        for each in themes_for(self.console.color_system):
            self.register_theme(each)
        self.theme = theme
        # So that what is read at the start is read in the right colours, and need not be read again.
        self.stylesheet.set_variables(self.get_css_variables())
        self._styled_for: str | None = theme
        self.preset = preset or Preset()
        self.keymap = self.preset.keymap
        self.set_keymap(self.keymap.for_textual())
        self.defect: Exception | None = None

    def get_driver_class(self) -> type[Driver]:
        """The platform's, which outlives its terminal and leaves it clean."""
        return through(super().get_driver_class(), self._outlet)

    async def run_action(
        self,
        action: str | tuple[str, str, tuple[object, ...]],
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do it. A screen's files are read once it is wanted: after weeks they may be gone, or a newer version's."""
        try:
            return await super().run_action(action, default_namespace, namespaces)
        except (ImportError, StylesheetError):
            log.exception("what %s needs can't be read", action)
            self.say("This can't be shown: cpwatch's own files have changed since it was started. Start it again.")
            return True

    def pop_screen(self) -> AwaitComplete:
        """Close the top screen, and keep nothing of it."""
        popped = super().pop_screen()
        forget_closed()
        return popped

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our meanings' colours, for themes that don't give them."""
        return DEFAULTS

    def refresh_css(self, animate: bool = True) -> None:
        """Apply the stylesheets anew. At the start, where Textual does so for the theme's sake, they are as new."""
        first, self._styled_for = self._styled_for, None
        if first is None or first != self.theme:
            super().refresh_css(animate)

    def on_load(self) -> None:
        """Hear signals from before the terminal is taken."""
        on_signals(self.exit, self._outlet.make_way)

    def on_mount(self) -> None:
        """Draw with signs that the terminal has."""
        self.call_after_refresh(self.preset.taken)
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
