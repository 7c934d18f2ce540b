"""What the monitor starts with, beside what it watches: the settings, and how the screen was left."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tui.config.preferences import Preferences
from tui.ui.browsing import Browse
from tui.ui.keymap import DEFAULT, Keymap
from tui.ui.tempo import PROMPT, Tempo


@dataclass(frozen=True, slots=True)
class Preset:
    """The user's own ways.

    badge: the colour behind the profile's name. bell: whether a worsening verdict rings once. notify: whether the
    terminal shows a notification of it as well. first_run: whether nobody has said yet which gateway to watch.
    remembered: how the screen was left. remember: keeps how it is now; the sentence that it returns says why it could
    not. copy_file: where copied text is put as well. export_folder: where a table goes unless the user says otherwise.
    browse: opens a page in the user's browser, None where none would be seen. tempo: how often the screen is drawn.
    taken: called once the terminal is Textual's.
    """

    badge: str | None = None
    keymap: Keymap = DEFAULT
    bell: bool = True
    notify: bool = False
    first_run: bool = False
    remembered: Preferences = field(default_factory=Preferences)
    remember: Callable[[Preferences], str | None] = lambda _: None
    copy_file: Path = Path("cpwatch-copied.txt")
    export_folder: Path = Path()
    browse: Browse | None = None
    tempo: Tempo = PROMPT
    taken: Callable[[], None] = lambda: None
