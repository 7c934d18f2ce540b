"""A line to type a filter into, above what it filters."""

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from tui.ui.line import Part, Tone, clip_line, line
from tui.ui.widgets.computed import Computed
from tui.ui.widgets.lines import Lines


class _Input(Input):
    """An input that tells of the keys by which it is left. Its cursor stands still: a blinking one costs bytes."""

    class Left(Message):
        """The user goes on below. dropped: and wants no filter any more."""

        def __init__(self, dropped: bool) -> None:
            super().__init__()
            self.dropped = dropped

    def on_key(self, event: events.Key) -> None:
        """Enter and the arrow down keep what was typed, Esc drops it."""
        if event.key not in {"escape", "enter", "down"}:
            return
        event.stop()
        event.prevent_default()
        self.post_message(self.Left(event.key == "escape"))


class FilterLine(Horizontal):
    """`/ text`, and what can be typed where there is room for it."""

    class Changed(Message):
        """The text is another one."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The line was left. dropped: and the filter with it."""

        def __init__(self, dropped: bool) -> None:
            super().__init__()
            self.dropped = dropped

    def __init__(self, hint: str, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._hint = hint
        self._input = _Input(compact=True, select_on_focus=False)
        self._input.cursor_blink = False

    def compose(self) -> ComposeResult:
        """A sign, the input, a hint."""
        yield Lines([line(Part("/", Tone.KEY))], classes="filter-sign")
        yield self._input
        yield Computed(lambda width: [clip_line(line(Part(self._hint, Tone.MUTED)), width)], id="filter-hint")

    @property
    def typing(self) -> bool:
        """Whether it has the focus."""
        return self._input.has_focus

    def open(self, text: str) -> None:
        """Show the line with that text, and type on at its end."""
        self.display = True
        with self._input.prevent(Input.Changed):
            self._input.value = text
        self._input.cursor_position = len(text)
        # At once: what is typed next may be waiting already.
        self.screen.set_focus(self._input)

    @on(Input.Changed)
    def tell(self, event: Input.Changed) -> None:
        """Pass it on."""
        event.stop()
        self.post_message(self.Changed(event.value))

    @on(_Input.Left)
    def leave(self, event: _Input.Left) -> None:
        """Pass it on, and go."""
        event.stop()
        self.display = False
        self.post_message(self.Left(event.dropped))
