"""The dialog that asks what to copy."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult

from tui.ui.bindings import bindings
from tui.ui.command import Scope
from tui.ui.copying import Copyable
from tui.ui.line import Line
from tui.ui.screens.choices import choice_head
from tui.ui.screens.dialog import Dialog
from tui.ui.widgets.choice_list import Choice, ChoiceList


class CopyScreen(Dialog[Copyable]):
    """Shows each text in full; dismisses with the one to copy, or None. items: the most useful first."""

    BINDINGS = bindings(Scope.DIALOG)
    WIDTH: ClassVar[int] = 110

    def __init__(self, items: Sequence[Copyable]) -> None:
        super().__init__(id="copy")
        self._items = tuple(items)

    def head(self, width: int) -> list[Line]:
        """The question."""
        return choice_head("Copy what?", len(self._items), width)

    def body(self) -> ComposeResult:
        """The texts, each below its name."""
        choices = [
            Choice(str(at), f"{item.title[:1].upper()}{item.title[1:]}", item.text, exact=True)
            for at, item in enumerate(self._items)
        ]
        yield ChoiceList(choices, id="copy-list").add_class("dialog-body")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """That one."""
        event.stop()
        self.dismiss(self._items[int(event.choice_id)])
