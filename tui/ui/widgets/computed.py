"""Lines that their owner computes."""

from collections.abc import Callable

from tui.ui.line import Line
from tui.ui.widgets.lines import Lines


class Computed(Lines):
    """Lines from a function of the width; the owner calls `redraw` when it would say something else."""

    def __init__(self, compute: Callable[[int], list[Line]], *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._compute_lines = compute

    def lines(self, width: int) -> list[Line]:
        """What the owner computes for that width."""
        return self._compute_lines(width)
