"""Opening a page in a browser, where the user who sits here would see one."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial

_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")
_WITHIN = 20.0
# A program of its own, without this terminal: a browser of text, or what one prints, would write over the screen.
_OPEN = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1]))"

Browse = Callable[[str], bool]
"""Opens that address; False where it could not. May take some seconds, so it is called on a thread of its own."""


def browser(environment: Mapping[str, str], platform: str = sys.platform) -> Browse | None:
    """What opens a page in the user's browser; None where none would be seen: over SSH, or without a display.

    environment: ours, as far as the browser may see it.
    """
    if environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"):
        return None
    displays = platform in {"win32", "darwin"} or any(environment.get(each) for each in _DISPLAYS)
    return partial(open_page, environment=environment) if displays else None


def open_page(url: str, environment: Mapping[str, str]) -> bool:
    """Open the address in the user's browser; False where that could not be, or took too long to be known."""
    command = [sys.executable, "-I", "-c", _OPEN, url]
    quiet = subprocess.DEVNULL
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter, and an address that was parsed)
            command,
            stdin=quiet,
            stdout=quiet,
            stderr=quiet,
            env=dict(environment),
            timeout=_WITHIN,
            check=False,
            start_new_session=True,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
