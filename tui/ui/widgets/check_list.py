"""A short list of which several things can be chosen: by arrows and Enter, by number, by a click. No text is cut."""

from collections.abc import Iterable, Sequence
from itertools import accumulate

from textual import events
from textual.message import Message

from tui.ui.line import Line, Part, Tone, line, wrap
from tui.ui.widgets.choice_list import NUMBERED, Choice, ChoiceList

_INDENT = 8


def check_blocks(
    items: Sequence[Choice], checked: frozenset[str], fixed: frozenset[str], width: int
) -> list[list[Line]]:
    """Each item's lines in `width` cells: ` 1  [x] label`, its help below. fixed: ids that can't be changed."""
    blocks: list[list[Line]] = []
    for at, item in enumerate(items):
        number = str(at + 1) if at < NUMBERED else " "
        box = Part("[x] " if item.id in checked else "[ ] ", Tone.MUTED if item.id in fixed else Tone.KEY)
        block = wrap(line(" ", Part(number, Tone.KEY), "  ", box, Part(item.label, Tone.STRONG)), width, _INDENT)
        if item.help:
            tone = Tone.COMMAND if item.exact else Tone.MUTED
            block += wrap(line(" " * _INDENT, Part(item.help, tone)), width, _INDENT)
        blocks.append(block)
    return blocks


class CheckList(ChoiceList):
    """The list. checked: ids of what is chosen already. fixed: ids of what stays as it is, whatever is pressed."""

    class Toggled(Message):
        """Something else is chosen from now on. checked: all that is."""

        def __init__(self, checked: frozenset[str]) -> None:
            super().__init__()
            self.checked = checked

    def __init__(
        self,
        items: Sequence[Choice],
        checked: Iterable[str] = (),
        fixed: Iterable[str] = (),
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(items, id=id)
        self._fixed = frozenset(fixed)
        self.checked = frozenset(checked)
        # Begin where there is something to decide.
        self._cursor = next((at for at, item in enumerate(self._items) if item.id not in self._fixed), 0)

    def check_from(self, items: Sequence[Choice], checked: Iterable[str], fixed: Iterable[str] = ()) -> None:
        """Other items from now on."""
        self._fixed, self.checked = frozenset(fixed), frozenset(checked)
        self.offer(items)
        self._move(next((at for at, item in enumerate(self._items) if item.id not in self._fixed), 0))

    def lines(self, width: int) -> list[Line]:
        """All items' lines."""
        blocks = check_blocks(self._items, self.checked, self._fixed, width)
        self._tops_by_width[width] = [0, *accumulate(len(block) for block in blocks)]
        return [row for block in blocks for row in block]

    def action_select(self) -> None:
        """Choose the item under the cursor, or no longer."""
        at = self.cursor_id
        if at is None or at in self._fixed:
            return
        self.checked ^= {at}
        self.redraw()
        self.post_message(self.Toggled(self.checked))

    def on_key(self, event: events.Key) -> None:
        """The space bar marks, as everywhere where there are boxes."""
        if event.key == "space":
            event.stop()
            event.prevent_default()
            self.action_select()
            return
        super().on_key(event)
