"""A real terminal for live tests: tmux with a server of its own."""

import os
import shlex
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.waiting import DEADLINE, wait_until


class Terminal:
    """One tmux window. Its server has its own socket and no configuration, and ends with the test."""

    def __init__(self, folder: Path, width: int, height: int) -> None:
        self._socket = folder / "tmux"
        shell = 'env -i PS1=\'$ \' PATH="$PATH" HOME="$HOME" TERM="$TERM" LANG=C.UTF-8 /bin/sh'
        self._tmux("new-session", "-d", "-x", str(width), "-y", str(height), shell)

    def _tmux(self, *arguments: str) -> str:
        environment = {key: value for key, value in os.environ.items() if key not in {"TMUX", "NO_COLOR"}}
        return subprocess.run(
            ["tmux", "-f", "/dev/null", "-S", str(self._socket), *arguments],
            check=True,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=environment | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
            timeout=DEADLINE,
        ).stdout

    def run(self, *command: str) -> None:
        """Type a command line and Enter."""
        self.type(shlex.join(command))
        self.press("Enter")

    def type(self, text: str) -> None:
        """Type text, as it is."""
        self._tmux("send-keys", "-l", text)

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names, e.g. `Enter`, `q`, `C-c`."""
        self._tmux("send-keys", *keys)

    def resize(self, width: int, height: int) -> None:
        """Give the window another size."""
        self._tmux("resize-window", "-x", str(width), "-y", str(height))

    @property
    def screen(self) -> str:
        """What the screen shows."""
        return self._tmux("capture-pane", "-p")

    def flag(self, name: str) -> str:
        """A format variable of tmux, e.g. `alternate_on`, `cursor_flag`, `mouse_any_flag`."""
        return self._tmux("display-message", "-p", f"#{{{name}}}").strip()

    def until(self, text: str) -> str:
        """Wait until the screen shows that text; the screen then."""
        try:
            wait_until(lambda: text in self.screen)
        except AssertionError:
            raise AssertionError(f"the screen never showed {text!r}; it shows:\n{self.screen}") from None
        return self.screen

    def until_so(self, so: Callable[[], bool]) -> None:
        """Wait until it is so."""
        try:
            wait_until(so)
        except AssertionError:
            raise AssertionError(f"it never was so; the screen shows:\n{self.screen}") from None

    def end(self) -> None:
        """End the server and all in it."""
        self._tmux("kill-server")


@contextmanager
def terminal(folder: Path, width: int = 120, height: int = 36) -> Iterator[Terminal]:
    """A tmux window for the length of the block."""
    window = Terminal(folder, width, height)
    try:
        yield window
    finally:
        window.end()
