"""A dialog that offers a few things to choose from: what to copy, a profile, a theme."""

from collections.abc import Sequence

from textual.app import ComposeResult

from tui.ui.bindings import bindings
from tui.ui.command import Scope
from tui.ui.line import Line, Part, Tone, line, width, wrap
from tui.ui.screens.dialog import Dialog
from tui.ui.widgets.choice_list import NUMBERED, Choice, ChoiceList

__all__ = ["Choice", "ChoiceScreen"]


class ChoiceScreen(Dialog[str]):
    """Asks for one of the items; dismisses with its id, or None. current: the id of the one in force, if any."""

    BINDINGS = bindings(Scope.DIALOG)

    def __init__(self, title: str, items: Sequence[Choice], current: str | None = None) -> None:
        super().__init__()
        self._title = title
        self._items = tuple(items)
        self._current = current

    def head(self, width: int) -> list[Line]:
        """The title, and how to choose."""
        return choice_head(self._title, len(self._items), width)

    def body(self) -> ComposeResult:
        """The list."""
        yield ChoiceList(self._items, self._current, id="choices").add_class("dialog-body")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """One was chosen."""
        event.stop()
        self.dismiss(event.choice_id)


def choice_head(title: str, count: int, cells: int) -> list[Line]:
    """`title                    Enter or 1-4`, on two lines where one does not hold both; a blank line below."""
    keys = f"Enter or 1-{min(count, NUMBERED)}" if count > 1 else "Enter"
    name, how = Part(title, Tone.STRONG), Part(keys, Tone.MUTED)
    if name.width + how.width + 2 <= cells:
        gap = " " * (cells - width(line(name, how)))
        return [line(name, gap, how), ()]
    return [*wrap(line(name), cells), line(how), ()]
