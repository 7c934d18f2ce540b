"""The reference: a Textual app of the monitor's build and of Textual's own widgets, that shows one picture and waits.

`main(["client", URL])` also imports what a client of the Web API needs and opens a TLS connection: for the memory.
"""

import sys
from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable, Footer, Header, Static

_COLUMNS = (
    ("Symbol", 20), ("Type", 5), ("Qty", 8), ("Price", 9), ("Value", 12), ("Unrealised", 11), ("%", 6), ("Ccy", 4)
)  # fmt: skip
_ROWS = 50


class BareApp(App[None]):
    """A header, five panes of which one is a table of 50 rows, and a footer."""

    CSS = """
    Static { height: 2; }
    DataTable { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help"),
        Binding("q", "quit", "Quit"),
        Binding("d", "walk", "Walkthrough"),
        Binding("s", "setup", "Setup"),
        Binding("slash", "filter", "Filter"),
        Binding("o", "sort", "Sort"),
        Binding("e", "export", "Export"),
    ]

    def __init__(self, client: str | None = None) -> None:
        super().__init__()
        self._address = client
        self._client: Any = None

    def compose(self) -> ComposeResult:
        """The widgets, each with its text from the start."""
        yield Header(show_clock=False)
        yield Static(" Path      this machine ── gateway ── IBKR\n           local", markup=False)
        yield Static(" Session   Login live  Brokerage ready\n           Keep-alive 1 of 1", markup=False)
        yield Static(" Account   DU1234567  USD 1,474,131.81  cash 334,425.50", markup=False)
        table: DataTable[str] = DataTable(cursor_type="row")
        for name, width in _COLUMNS:
            table.add_column(name, width=width)
        for row in range(_ROWS):
            table.add_row(f"SYM{row}", "STK", "300", "268.47", "80,541.00", "+24,308.54", "+43.2", "USD")
        yield table
        yield Static(" Events    19:17:56  ready: trading session live", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Have the client only after the first paint, as the monitor does."""
        if self._address is not None:
            self.call_after_refresh(self._open)

    async def _open(self) -> None:
        import httpx
        import pydantic

        made = pydantic.create_model("Answer", iserver=(dict[str, Any] | None, None))
        self._client = httpx.AsyncClient(verify=False)
        made.model_validate((await self._client.post(f"{self._address}/v1/api/tickle")).json())


def main(arguments: Sequence[str]) -> None:
    """Run it; with `client` and a gateway's URL also with a client that has asked it once."""
    match arguments:
        case ["client", url]:
            BareApp(url).run()
        case _:
            BareApp().run()


if __name__ == "__main__":
    main(sys.argv[1:])
