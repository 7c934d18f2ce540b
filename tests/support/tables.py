"""A table on a screen of its own, which writes down what it repaints and tells."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.geometry import Region

from tui.resources import stylesheet
from tui.ui.theme import DARK, DEFAULTS, THEMES
from tui.ui.widgets.columns import Align, Cell, Column
from tui.ui.widgets.paint import TONES
from tui.ui.widgets.table import KeyedTable, Row

COLUMNS = (Column("name", "Name", 6), Column("n", "N", 5, Align.RIGHT, 1), Column("m", "M", 8, Align.RIGHT, 2))


def row(key: str, n: object = 1, m: object = 2) -> Row:
    """A row named like its key."""
    return key, (Cell(key), Cell(str(n)), Cell(str(m)))


def rows(keys: Sequence[object]) -> list[Row]:
    """Rows of those keys."""
    return [row(str(key)) for key in keys]


class Watched(KeyedTable):
    """A table that writes down what it repaints: regions, or None for everything."""

    painted: list[Region | None]

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> "Watched":
        """As the base class does."""
        if repaint and not layout:
            self.__dict__.setdefault("painted", []).extend(regions or [None])
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


class TableApp(App[None]):
    """One table, filling the screen."""

    CSS_PATH: ClassVar[list[Path]] = [stylesheet("base.tcss")]
    COMPONENT_CLASSES: ClassVar[set[str]] = TONES

    def __init__(self) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK
        self.animation_level = "none"
        self.table = Watched(COLUMNS)
        self.messages: list[tuple[str, str]] = []
        self.again: list[bool] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The tones."""
        return DEFAULTS

    def compose(self) -> ComposeResult:
        """The table."""
        yield self.table

    def on_keyed_table_row_highlighted(self, event: KeyedTable.RowHighlighted) -> None:
        """Write it down."""
        self.messages.append(("highlighted", event.key))

    def on_keyed_table_row_selected(self, event: KeyedTable.RowSelected) -> None:
        """Write it down."""
        self.messages.append(("selected", event.key))
        self.again.append(event.again)

    def on_keyed_table_header_selected(self, event: KeyedTable.HeaderSelected) -> None:
        """Write it down."""
        self.messages.append(("header", event.column))

    def text(self) -> list[str]:
        """The table's lines as painted."""
        return [self.table.render_line(y).text for y in range(self.table.size.height)]
