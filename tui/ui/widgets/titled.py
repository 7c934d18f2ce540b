"""A pane whose border carries a title that moves with every poll, at the price of the title alone."""

from typing import Self

from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region

from tui.ui.glyphs import UTF_8, printable

TITLE_MARGIN = 8
"""Cells of border and blanks around a title."""


class TitledPane(Vertical):
    """Repaints its title's cells where the title changes; Textual's own way is to repaint the pane."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        # Before the base class, which refreshes while it is made.
        self._entitling = False
        super().__init__(id=id)
        self._named: str | None = None

    def entitle(self, words: str) -> None:
        """Have that text for a title; it is text, and never parsed: what stands in it came from outside."""
        text = printable(words, str(getattr(self.app, "encoding", UTF_8)))
        if text == self._named:
            return
        widest = max(len(text), len(self._named or ""))
        self._named = text
        self._entitling = True
        self.border_title = Content(text)
        self._entitling = False
        # Regions are relative to the content, and the title stands in the border.
        x, y = self.content_offset
        self.refresh(Region(-x, -y, widest + TITLE_MARGIN, 1))

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """As everywhere, but setting the title does not repaint the whole pane."""
        if self._entitling and not regions:
            return self
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
