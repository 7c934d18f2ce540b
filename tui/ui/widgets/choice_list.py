"""A short list to choose one thing from: by arrows and Enter, by its number, by a click. No text is cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from tui.ui import glyphs
from tui.ui.bindings import bindings
from tui.ui.command import Scope
from tui.ui.line import Line, Part, Tone, line, wrap
from tui.ui.widgets.lines import Lines

NUMBERED = 9
"""Items that have a number; those after them are reached by the arrows."""
_INDENT = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be chosen. label: its name. help: what it means, "" for nothing. exact: help is a text to
    be read as it is, an address or a line to run.
    """

    id: str
    label: str
    help: str = ""
    exact: bool = False


def choice_blocks(items: Sequence[Choice], width: int, current: str | None = None) -> list[list[Line]]:
    """Each item's lines in `width` cells: ` 1  label  help`, the help below the label unless there is room for all."""
    column = max((Part(item.label).width for item in items), default=0) + 2
    beside = all(not item.exact and Part(item.help).width + column + _INDENT <= width for item in items)
    blocks: list[list[Line]] = []
    for at, item in enumerate(items):
        number = str(at + 1) if at < NUMBERED else " "
        marker = Part(glyphs.CHOSEN, Tone.STRONG) if item.id == current else Part(" ")
        label = Part(item.label, Tone.STRONG)
        head = line(marker, Part(number, Tone.KEY), "  ", label)
        tone = Tone.COMMAND if item.exact else Tone.MUTED
        if beside:
            gap = " " * (column - label.width) if item.help else ""
            blocks.append([line(*head, gap, Part(item.help, tone))])
            continue
        block = wrap(head, width, _INDENT)
        if item.help:
            block += wrap(line(" " * _INDENT, Part(item.help, tone)), width, _INDENT)
        blocks.append(block)
    return blocks


class ChoiceList(Lines, can_focus=True):
    """The list. current: the id of what is chosen already, which is marked, and where the cursor begins."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--cursor"}
    BINDINGS = bindings(Scope.TABLE)

    class Chosen(Message):
        """An item was chosen, by any of the ways."""

        def __init__(self, choice_id: str) -> None:
            super().__init__()
            self.choice_id = choice_id

    def __init__(self, items: Sequence[Choice], current: str | None = None, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._items = tuple(items)
        self._current = current
        self._cursor = next((at for at, item in enumerate(self._items) if item.id == current), 0)
        self._tops_by_width: dict[int, list[int]] = {}

    @property
    def cursor_id(self) -> str | None:
        """The id of the item under the cursor; None in an empty list."""
        return self._items[self._cursor].id if self._items else None

    def offer(self, items: Sequence[Choice]) -> None:
        """Other items from now on; the cursor stays with its item where that is still there."""
        at = self.cursor_id
        self._items = tuple(items)
        self._cursor = next((index for index, item in enumerate(self._items) if item.id == at), 0)
        self._tops_by_width.clear()
        self.redraw()
        self.refresh()

    def lines(self, width: int) -> list[Line]:
        """All items' lines."""
        blocks = choice_blocks(self._items, width, self._current)
        # Textual asks for the height at other widths than the one that is drawn.
        self._tops_by_width[width] = [0, *accumulate(len(block) for block in blocks)]
        return [row for block in blocks for row in block]

    def render_line(self, y: int) -> Strip:
        """A line, the cursor's item on a ground of its own."""
        strip = super().render_line(y)
        if self._item_at(y + self.scroll_offset.y) != self._cursor:
            return strip
        look = self.get_component_rich_style("choice--cursor", partial=True)
        # Over the parts' own looks: beneath them their ground would hide it.
        return Strip([Segment(each.text, (each.style or Style()) + look) for each in strip], strip.cell_length)

    def action_cursor(self, rows: int) -> None:
        """Move the cursor by that many items."""
        self._move(self._cursor + rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by about a view."""
        tallest = max((end - top for top, end in pairwise(self._tops)), default=1)
        self._move(self._cursor + pages * max(self.size.height // tallest, 1))

    def action_first(self) -> None:
        """To the first item."""
        self._move(0)

    def action_last(self) -> None:
        """To the last item."""
        self._move(len(self._items) - 1)

    def action_select(self) -> None:
        """Choose the item under the cursor."""
        if (chosen := self.cursor_id) is not None:
            self.post_message(self.Chosen(chosen))

    def on_key(self, event: events.Key) -> None:
        """A number chooses its item."""
        at = "123456789".find(event.character or " ")
        if 0 <= at < min(len(self._items), NUMBERED):
            event.stop()
            event.prevent_default()
            self._move(at)
            self.action_select()

    def on_click(self, event: events.Click) -> None:
        """A click chooses what it hits."""
        offset = event.get_content_offset(self)
        at = self._item_at(offset.y + self.scroll_offset.y) if offset else None
        if at is not None:
            event.stop()
            self._move(at)
            self.action_select()

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in view."""
        super().on_resize(event)
        self._reveal()

    @property
    def _tops(self) -> list[int]:
        """The first line of each item, and the end of the last, as they are drawn."""
        return self._tops_by_width.get(self._drawn_width, [0])

    def _item_at(self, y: int) -> int | None:
        return next((at for at, (top, end) in enumerate(pairwise(self._tops)) if top <= y < end), None)

    def _move(self, to: int) -> None:
        to = max(0, min(to, len(self._items) - 1))
        if self._items and to != self._cursor:
            self._cursor = to
            self.refresh()
            self._reveal()

    def _reveal(self) -> None:
        """Scroll as little as needed to have the whole item in view."""
        tops = self._tops
        if len(tops) <= self._cursor + 1:
            return
        top, end, height = tops[self._cursor], tops[self._cursor + 1], max(self.size.height, 1)
        if top < self.scroll_offset.y or end - top > height:
            self.scroll_to(y=top, animate=False, immediate=True)
        elif end > self.scroll_offset.y + height:
            self.scroll_to(y=end - height, animate=False, immediate=True)
