"""The machine for which a recipe is written: its system's spelling of paths, commands and of who may do what."""

from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from tui.path.machine import System
from tui.setup.recipe import posix_line, windows_line
from tui.setup.service import posix_path, windows_path

AS_ROOT = "It needs an administrator's rights: the lines begin with sudo, which asks for your own password."
AS_ADMINISTRATOR = "It needs an administrator's rights: open the command prompt with “Run as administrator”."


@dataclass(frozen=True, slots=True)
class Place:
    """system: which. home: the user's own folder, absolute. user: the login name, on Windows `MACHINE\\name`."""

    system: System
    home: str
    user: str

    @property
    def windows(self) -> bool:
        """Whether its commands are for the Windows command prompt."""
        return self.system is System.WINDOWS

    def line(self, *words: str) -> str:
        """The words as one command. Raises Unfit."""
        return windows_line(*words) if self.windows else posix_line(*words)

    def root_line(self, *words: str) -> str:
        """The same with an administrator's rights. Raises Unfit."""
        return windows_line(*words) if self.windows else posix_line("sudo", *words)

    @property
    def root_words(self) -> str:
        """How such rights are had."""
        return AS_ADMINISTRATOR if self.windows else AS_ROOT

    def path(self, text: str, what: str = "The path") -> str:
        """The absolute path as its system spells it. Raises Unfit."""
        return windows_path(text, what) if self.windows else posix_path(text, what)

    def own(self, *parts: str) -> str:
        """The absolute path of something in the user's folder. Raises Unfit."""
        home = self.path(self.home, "The user's folder")
        return str(PureWindowsPath(home, *parts) if self.windows else PurePosixPath(home, *parts))

    def within(self, folder: str, *parts: str) -> str:
        """The absolute path of something in that folder. Raises Unfit."""
        place = self.path(folder, "The folder")
        return str(PureWindowsPath(place, *parts) if self.windows else PurePosixPath(place, *parts))
