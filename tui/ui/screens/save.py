"""What every export shares: the question into which file, and the writing, which overwrites nothing unasked."""

import asyncio
import errno
import os
from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from tui.domain.journal import Level
from tui.domain.sanitise import safe_text
from tui.files import write_whole
from tui.resources import stylesheet
from tui.ui.bindings import bindings
from tui.ui.command import Scope
from tui.ui.line import Line, Part, Tone, line, spread, wrap
from tui.ui.screens.dialog import Dialog
from tui.ui.words import mark

_LONGEST_PATH = 400


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


class SaveScreen(Dialog[str]):
    """Asks for the file's name and writes it; dismisses with a sentence that says what was written, or None.

    folder: where a name without one goes. name: the one that is offered. masked: whether the screen masks what the file
    would hold. A subclass says what is written.
    """

    CSS_PATH: ClassVar[Any] = [stylesheet("screens/dialog.tcss"), stylesheet("screens/export.tcss")]
    BINDINGS = bindings(Scope.DIALOG)

    def __init__(self, folder: Path, name: str, masked: bool) -> None:
        super().__init__()
        self._folder = folder
        self._masked = masked
        self._input = Input(name, compact=True, select_on_focus=False, classes="dialog-line")
        self._input.cursor_blink = False
        self._asked: Path | None = None
        self._told: Line = ()
        self._writing = False

    @property
    @abstractmethod
    def heading(self) -> str:
        """What is exported: `Export the positions as CSV`."""

    @property
    @abstractmethod
    def rows(self) -> int:
        """How many rows would be written now; with none, nothing is."""

    @abstractmethod
    def about(self, width: int) -> list[Line]:
        """What would be written, or why nothing would."""

    @abstractmethod
    def text(self) -> str:
        """The file's content. Called in another thread."""

    def head(self, width: int) -> list[Line]:
        """What would be written and where, and what came of trying."""
        rows = [
            spread(line(Part(self.heading, Tone.STRONG)), line(Part("Enter writes", Tone.MUTED)), width),
            (),
            *self.about(width),
        ]
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
        if self._writing or not self.rows:
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
        rows = self.rows

        def work() -> Path:
            return write_whole(path, self.text().encode("utf-8", "replace"), overwrite=overwrite)

        try:
            written = await asyncio.to_thread(work)
        except FileExistsError:
            self._asked = path
            self._warn("There is a file of that name: Enter again overwrites it, another name keeps it.")
        except OSError as error:
            self._warn(refusal(error, path))
        else:
            self.dismiss(f"{count(rows)} written to {safe_text(str(written), _LONGEST_PATH)}")
        finally:
            self._writing = False

    def _warn(self, text: str) -> None:
        self._say(line(mark(Level.WARN), " ", Part(text, Tone.WARN)))

    def _say(self, told: Line) -> None:
        self._told = told
        if self.is_mounted:
            self.redraw()
