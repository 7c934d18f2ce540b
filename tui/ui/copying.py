"""What can be copied, and the copying: to the terminal's clipboard, and to a file for where that does not work."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.app import App

from tui.domain.path import PathState
from tui.domain.public import standing, tunnel_urls
from tui.domain.remedy import Remedy
from tui.domain.sanitise import safe_text
from tui.domain.state import MonitorState
from tui.files import private_folder, write_whole

LONGEST = 2000
"""Characters of what is copied: some terminals drop a longer sequence whole."""


@dataclass(frozen=True, slots=True)
class Copyable:
    """One line of text to copy. title: what it is, as within a sentence: `the login address`."""

    title: str
    text: str


def copyables(remedy: Remedy | None, state: MonitorState) -> tuple[Copyable, ...]:
    """What the advice names, in the order in which it is needed, then the gateway's address; each text once.

    Each text is one line without any control character, so that pasting it into a shell runs nothing by itself.
    """
    found: dict[str, Copyable] = {}
    for each in _all(remedy, state):
        text = safe_text(each.text, LONGEST)
        found.setdefault(text, Copyable(each.title, text))
    return tuple(found.values())


def public_copyables(path: PathState) -> tuple[Copyable, ...]:
    """The addresses under which tunnels of this machine make the gateway public: what a cloud dashboard asks for."""
    return tuple(
        Copyable(f"the public address ({each.kind.words})", safe_text(each.url, LONGEST)) for each in tunnel_urls(path)
    )


def exposure_copyables(path: PathState) -> tuple[Copyable, ...]:
    """The lines that mend what is open, the gravest first, then the public addresses; each text once."""
    found: dict[str, Copyable] = {}
    for finding in standing(path):
        if finding.command is not None:
            text = safe_text(finding.command, LONGEST)
            found.setdefault(text, Copyable(f"the line against “{finding.id.replace('-', ' ')}”", text))
    for each in public_copyables(path):
        found.setdefault(each.text, each)
    return tuple(found.values())


def copied(app: App[Any], item: Copyable, file: Path) -> str:
    """Copy it, and say what became of it in a sentence or two.

    It goes to the terminal's clipboard by OSC 52, which no terminal acknowledges, and into `file`, which only its
    owner can read.
    """
    app.copy_to_clipboard(item.text)
    try:
        private_folder(file.parent)
        write_whole(file, f"{item.text}\n".encode())
    except OSError as error:
        return copy_note(item, file, error.strerror or type(error).__name__)
    return copy_note(item, file)


def copy_note(item: Copyable, file: Path, failure: str | None = None) -> str:
    """What became of it. failure: why the file could not be written; None where it was."""
    title = f"{item.title[:1].upper()}{item.title[1:]}"
    where = safe_text(_short(file), LONGEST)
    sent = f"{title} was sent to the terminal's clipboard."
    if failure is None:
        return f"{sent} If the terminal does not take it, it is in {where}"
    return f"{sent} It could not be written to {where} as well: {safe_text(failure)}"


def _all(remedy: Remedy | None, state: MonitorState) -> Iterator[Copyable]:
    if remedy is not None:
        # A line to run comes first: where there is one, the address leads nowhere before it runs.
        for command in remedy.commands:
            yield Copyable(_command_title(command), command)
        if remedy.address is not None:
            yield Copyable("the login address", remedy.address)
    yield Copyable("the gateway's address", state.path.address.url)


def _command_title(command: str) -> str:
    match command.partition(" ")[0]:
        case "ssh":
            return "the ssh line"
        case "curl":
            return "the line that re-opens the session"
        case "cpwatch":
            return "the line that starts cpwatch anew"
        case "bin/run.sh":
            return "the line that starts the gateway"
    return "the line to run"


def _short(file: Path) -> str:
    """The path, with `~` for the user's home."""
    try:
        return f"~/{file.relative_to(Path.home()).as_posix()}"
    except (ValueError, RuntimeError):
        return str(file)
