"""The question what the positions are to be sorted by."""

from collections.abc import Sequence

from textual.app import ComposeResult

from tui.domain.ordering import Sorting, SortKey
from tui.ui.bindings import bindings
from tui.ui.command import Scope
from tui.ui.line import Line
from tui.ui.position_words import column_name
from tui.ui.screens.choices import choice_head
from tui.ui.screens.dialog import Dialog
from tui.ui.widgets.choice_list import Choice, ChoiceList
from tui.ui.widgets.columns import Column

_OWN = "ibkr"


def sort_choices(sorting: Sorting, columns: Sequence[Column]) -> list[Choice]:
    """IBKR's own order, and each column with what choosing it would do."""
    made = [Choice(_OWN, "IBKR's order", "as it comes")]
    for column in columns:
        key = SortKey(column.id)
        made.append(Choice(column.id, column_name(column), _meant(sorting.toggled(key), key is sorting.key)))
    return made


def _meant(then: Sorting, chosen: bool) -> str:
    if then.key is not None and then.key.numeric:
        way = "largest first" if then.descending else "smallest first"
    else:
        way = "Z to A" if then.descending else "A to Z"
    return f"turn round: {way}" if chosen else way


class SortScreen(Dialog[Sorting]):
    """Asks; dismisses with what was chosen, or None. The column in force, chosen again, is turned round."""

    BINDINGS = bindings(Scope.DIALOG)
    WIDTH = 50

    def __init__(self, sorting: Sorting, columns: Sequence[Column]) -> None:
        super().__init__()
        self._sorting = sorting
        self._choices = sort_choices(sorting, columns)

    def head(self, width: int) -> list[Line]:
        """The question."""
        return choice_head("Sort the positions by", len(self._choices), width)

    def body(self) -> ComposeResult:
        """The columns."""
        yield ChoiceList(self._choices, self._sorting.key or _OWN, id="choices").add_class("dialog-body")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """One was chosen."""
        event.stop()
        key = None if event.choice_id == _OWN else SortKey(event.choice_id)
        self.dismiss(self._sorting.toggled(key))
