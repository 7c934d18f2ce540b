"""One line to type in."""

from textual.widgets import Input

from tui.domain.sanitise import safe_text

LONGEST = 500


class LineInput(Input):
    """Textual's input without border and blinking; what is pasted can't steer the terminal."""

    def __init__(self, value: str = "", *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(value, compact=True, select_on_focus=False, id=id)
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """Textual draws a control character as it is."""
        return safe_text(value, LONGEST)
