"""The question into which file the positions are to be written, and the writing."""

import asyncio
import errno
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.widgets import Input

from tui.clock import Moment
from tui.domain.export import csv_text
from tui.domain.journal import Level
from tui.domain.positions import Position
from tui.domain.sanitise import safe_text
from tui.files import write_whole
from tui.resources import stylesheet
from tui.ui import glyphs
from tui.ui.bindings import bindings
from tui.ui.command import Scope
from tui.ui.line import Line, Part, Tone, joined, line, spread, wrap
from tui.ui.screens.dialog import Dialog
from tui.ui.widgets.lines import Lines
from tui.ui.words import mark

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9-]")
_LONGEST_PATH = 400
_SHOWN, _ALL = "shown", "all"


def default_name(rows: Sequence[Position], at: Moment, masked: bool) -> str:
    """`positions-DU1234567-20261121-140322.csv`; without the account where there are several, or ids are masked."""
    accounts = {row.account for row in rows}
    only = accounts.pop() if len(accounts) == 1 and not masked else None
    account = f"{_NOT_IN_NAMES.sub('', only)}-" if only else ""
    return f"positions-{account}{at.wall.astimezone():%Y%m%d-%H%M%S}.csv"


def count(rows: int) -> str:
    """`1 row`, `42 rows`."""
    return "1 row" if rows == 1 else f"{rows} rows"


def refusal(error: OSError, path: Path) -> str:
    """Why the file could not be written, and what to do."""
    folder, nothing = safe_text(str(path.parent), _LONGEST_PATH), "; nothing was written"
    match error:
        case FileNotFoundError():
            return f"There is no folder {folder}: make it, or name another one."
        case IsADirectoryError():
            return f"{safe_text(str(path), _LONGEST_PATH)} is a folder: add a file's name."
        case NotADirectoryError():
            return f"{folder} is no folder: name another one."
        case PermissionError():
            return f"{folder} may not be written to: name another folder{nothing}."
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return f"The disk that holds {folder} is full{nothing}."
        case errno.EROFS:
            return f"{folder} can only be read: name another folder{nothing}."
        case errno.ENAMETOOLONG:
            return "The name is too long: shorten it."
    return f"{error.strerror or type(error).__name__}{nothing}: name another file, or try again."


class ExportScreen(Dialog[str]):
    """Asks for the file's name and writes it; dismisses with a sentence that says what was written, or None.

    folder: where a name without one goes. shown, all: the rows as they are filtered, and the whole book. at: when
    they were seen. masked: whether the screen masks what the file would hold.
    """

    CSS_PATH: ClassVar[Any] = [stylesheet("screens/dialog.tcss"), stylesheet("screens/export.tcss")]
    BINDINGS = bindings(Scope.DIALOG)

    def __init__(
        self,
        folder: Path,
        shown: tuple[Position, ...],
        all: tuple[Position, ...],  # noqa: A002 (what the user chooses it by)
        at: Moment,
        masked: bool,
    ) -> None:
        super().__init__()
        self._folder = folder
        self._rows = {_SHOWN: shown, _ALL: all}
        self._chosen = _SHOWN if shown else _ALL
        self._differ = len(shown) != len(all) and bool(shown)
        self._at = at
        self._masked = masked
        self._input = Input(default_name(all, at, masked), compact=True, select_on_focus=False, classes="dialog-line")
        self._input.cursor_blink = False
        self._asked: Path | None = None
        self._told: Line = ()
        self._writing = False

    def head(self, width: int) -> list[Line]:
        """What would be written and where, and what came of trying."""
        rows = [
            spread(
                line(Part("Export the positions as CSV", Tone.STRONG)), line(Part("Enter writes", Tone.MUTED)), width
            )
        ]
        rows.append(())
        if self._differ:
            rows += wrap(joined([self._choice(_SHOWN), self._choice(_ALL), line(Part("↑ ↓", Tone.KEY))], "   "), width)
        elif self._rows[self._chosen]:
            rows.append(line(f"{count(len(self._rows[self._chosen]))}, as they are sorted"))
        else:
            rows.append(line(Part("There are no positions to export.", Tone.WARN)))
        if self._masked:
            warning = "The file holds the real amounts and account ids, which the screen masks."
            rows += wrap(line(mark(Level.WARN), " ", Part(warning, Tone.WARN)), width, indent=2)
        rows += wrap(line(Part("In ", Tone.LABEL), safe_text(str(self._folder), _LONGEST_PATH)), width, indent=3)
        if self._told:
            rows += [(), *wrap(self._told, width, indent=2)]
        return [*rows, ()]

    def body(self) -> ComposeResult:
        """The file's name."""
        yield self._input

    def on_mount(self) -> None:
        """Type on at the name's end."""
        self._input.focus()

    def on_key(self, event: events.Key) -> None:
        """The arrows, which an input has no use for, change between the rows shown and all."""
        if event.key in {"up", "down"} and self._differ:
            event.stop()
            self._choose(_ALL if self._chosen == _SHOWN else _SHOWN)

    @on(Lines.Clicked)
    def choose_clicked(self, event: Lines.Clicked) -> None:
        """A click chooses too."""
        if event.link in self._rows:
            event.stop()
            self._choose(event.link)

    @on(Input.Changed)
    def rename(self, event: Input.Changed) -> None:
        """Another name: what was said of the last one is settled."""
        event.stop()
        self._asked = None
        self._say(())

    @on(Input.Submitted)
    def submit(self, event: Input.Submitted) -> None:
        """Write the file; where there is one of that name, ask first."""
        event.stop()
        if self._writing or not self._rows[self._chosen]:
            return
        path = self._path(event.value)
        if path is not None:
            self._writing = True
            self._say(line(Part("writing …", Tone.MUTED)))
            self.run_worker(self._write(path, overwrite=path == self._asked), name="export")

    def action_cancel(self) -> None:
        """Back, unless a file is being written, which is done in a moment."""
        if not self._writing:
            self.dismiss(None)

    def _choice(self, which: str) -> Line:
        rows = count(len(self._rows[which]))
        text = f"the {rows} shown" if which == _SHOWN else f"all {rows}"
        chosen = which == self._chosen
        sign = Part(glyphs.OK if chosen else glyphs.NONE, Tone.STRONG if chosen else Tone.MUTED, which)
        return line(sign, Part(f" {text}", Tone.STRONG if chosen else Tone.PLAIN, which))

    def _choose(self, which: str) -> None:
        self._chosen = which
        self.redraw()

    def _path(self, typed: str) -> Path | None:
        """Where the file goes; None, with the reason said, where the name is none."""
        name = typed.strip()
        if not name:
            self._warn("Type a file's name.")
            return None
        if not name.isprintable():
            self._warn("The name has characters in it that can't be printed: type it anew.")
            return None
        try:
            path = self._folder / Path(name).expanduser()
        except RuntimeError:
            self._warn("There is no such home folder: spell the path out.")
            return None
        if name.endswith(("/", os.sep)) or name in {".", ".."}:
            self._warn(refusal(IsADirectoryError(), path))
            return None
        return path

    async def _write(self, path: Path, *, overwrite: bool) -> None:
        rows, at = self._rows[self._chosen], self._at

        def work() -> Path:
            return write_whole(path, csv_text(rows, at).encode("utf-8", "replace"), overwrite=overwrite)

        try:
            written = await asyncio.to_thread(work)
        except FileExistsError:
            self._asked = path
            self._warn("There is a file of that name: Enter again overwrites it, another name keeps it.")
        except OSError as error:
            self._warn(refusal(error, path))
        else:
            self.dismiss(f"{count(len(rows))} written to {safe_text(str(written), _LONGEST_PATH)}")
        finally:
            self._writing = False

    def _warn(self, text: str) -> None:
        self._say(line(mark(Level.WARN), " ", Part(text, Tone.WARN)))

    def _say(self, told: Line) -> None:
        self._told = told
        if self.is_mounted:
            self.redraw()
