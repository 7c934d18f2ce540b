"""What a command says: its result on standard output, complaints on standard error, whatever becomes of either."""

import contextlib
import os
import sys

from tui.domain.text import to_ascii


class UsageError(Exception):
    """What the user asked for can't be done as asked; the message says what to do."""


class OutputFailed(Exception):
    """The result could not be written, e.g. on a full disk; the message says why."""


def say(text: str) -> None:
    """Print a result, whole. A reader that has gone (`cpwatch status | head -1`) is no failure: it has what it wanted.

    Raises OutputFailed.
    """
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # Python would complain once more while it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OutputFailed(error.strerror or str(error)) from None


def complain(text: str) -> None:
    """Print to standard error, and to nowhere else where that is closed."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            print(text, file=sys.stderr, flush=True)


def printable(text: str) -> str:
    """The text as standard output can take it: in plain ASCII where its encoding lacks a sign of it."""
    try:
        text.encode((sys.stdout and sys.stdout.encoding) or "utf-8")  # None where it was closed: `>&-`
    except (UnicodeEncodeError, LookupError):
        return to_ascii(text)
    return text
