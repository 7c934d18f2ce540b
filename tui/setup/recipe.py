"""What a recipe is: steps as data, with what to run or write for each, where, and how to see that it worked."""

import re
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tui.domain.address import PathKind
from tui.domain.redact import redacted
from tui.domain.sanitise import safe_text
from tui.files import PRIVATE

LONGEST = 4096
_SHOWN = 80
# What the command prompt reads as more than a letter, unless it stands in quotes.
_PLAIN = re.compile(r"[\w.:/\\@+-]+", re.ASCII)
_SURROGATES = re.compile("[\ud800-\udfff\ufffe\uffff]")


class Unfit(ValueError):
    """Something that a format or a program can't take; the message is a sentence that may be shown."""


class Where(StrEnum):
    """Where a step is done."""

    GATEWAY = "on the gateway's machine"
    CLIENT = "on the machine that uses the gateway"
    BOTH = "on both machines"
    BROWSER = "in a browser"


class Format(StrEnum):
    """What a file is to be read as."""

    UNIT = "systemd unit"
    USER_UNIT = "systemd unit of a user"
    TASK = "Windows task"
    PLIST = "launchd agent"
    CLOUDFLARED = "cloudflared's config.yml"
    NGROK = "ngrok's configuration"


@dataclass(frozen=True, slots=True)
class File:
    """A file to write. path: absolute, as its system spells it. mode: of a new one. It never holds a secret.

    filled_by_hand: whether the user has to put something into it before it may be used.
    """

    path: str
    data: bytes
    format: Format
    mode: int = PRIVATE
    filled_by_hand: bool = False

    @property
    def text(self) -> str:
        """The contents for people to read."""
        return self.data.decode("utf-16" if self.format is Format.TASK else "utf-8").replace("\r\n", "\n")


@dataclass(frozen=True, slots=True)
class Runs:
    """It worked if this program of this machine ends well: one that reads, asks nobody and changes nothing."""

    program: str
    arguments: tuple[str, ...]
    proves: str


@dataclass(frozen=True, slots=True)
class Leads:
    """It worked if an agent of this kind says that it is up and leads to the gateway's port on this machine."""

    kind: PathKind
    port: int
    tls: bool
    proves: str


@dataclass(frozen=True, slots=True)
class Reads:
    """It worked if cpwatch's own reading of that file finds nothing amiss."""

    path: str
    format: Format
    proves: str


@dataclass(frozen=True, slots=True)
class Looks:
    """It worked if the user sees that it did: what to run for it, and what has to come."""

    proves: str
    commands: tuple[str, ...] = ()


Check = Runs | Leads | Reads | Looks


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. id: stable within its recipe. text: sentences. commands: lines to run, as they are, in order.

    file: what cpwatch writes before they are run, once the user has seen it and said yes. root: whether the commands
    need an administrator's rights. typed: what secret the user types, and into which program; cpwatch never sees it.
    checks: how to see that it worked, the surest first.
    """

    id: str
    text: str
    commands: tuple[str, ...] = ()
    where: Where = Where.GATEWAY
    file: File | None = None
    root: bool = False
    typed: str | None = None
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """A way to something. about: what it gives, in sentences. warnings: what to know before one begins.

    undo: the lines that take it back.
    """

    id: str
    title: str
    about: str
    steps: tuple[Step, ...]
    warnings: tuple[str, ...] = ()
    undo: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[File, ...]:
        """All that cpwatch would write."""
        return tuple(step.file for step in self.steps if step.file is not None)

    def step(self, step_id: str) -> Step | None:
        """The step of that id."""
        return next((each for each in self.steps if each.id == step_id), None)


def one_line(text: str, what: str) -> str:
    """The text, as no format that is written here can hold anything else.

    what: what it is, for the sentence. Raises Unfit: empty, too long, blanks at its ends, or more than one line of
    printable text in it.
    """
    if not text or len(text) > LONGEST:
        raise Unfit(f"{what} is empty." if not text else f"{what} is longer than {LONGEST:,} characters.")
    if any(ord(each) < 32 or 127 <= ord(each) < 160 for each in text) or _SURROGATES.search(text):
        raise Unfit(f"{what} has a character in it that no such file can hold: {quoted(text)}.")
    if "\u2028" in text or "\u2029" in text:
        raise Unfit(f"{what} has the end of a line in it: {quoted(text)}.")
    if text != text.strip():
        raise Unfit(f"{what} begins or ends with a blank: {quoted(text)}.")
    return text


def quoted(text: str) -> str:
    """A value from outside, for a sentence."""
    return f"“{redacted(safe_text(text, _SHOWN))}”"


def posix_line(*words: str) -> str:
    """The words as one line for a POSIX shell, however they look."""
    return shlex.join([one_line(word, "A word of a command") for word in words])


def windows_line(*words: str) -> str:
    """The words as one line for the Windows command prompt.

    Raises Unfit for quotes, which no Windows path has, and for percent signs, which nothing there can quote.
    """
    return " ".join(_windows_word(one_line(word, "A word of a command")) for word in words)


def _windows_word(word: str) -> str:
    if '"' in word or "%" in word:
        raise Unfit(f"The Windows command prompt can't be given {quoted(word)}, for its quote or percent sign.")
    if _PLAIN.fullmatch(word):
        return word
    # Before the closing quote, a backslash would take it for its own.
    behind = len(word) - len(word.rstrip("\\"))
    return f'"{word}{chr(92) * behind}"'


def windows_arguments(words: Sequence[str]) -> str:
    """The words as a program's arguments, by the rules of Microsoft's C library; without a command prompt between."""
    return subprocess.list2cmdline([one_line(word, "An argument") for word in words])
