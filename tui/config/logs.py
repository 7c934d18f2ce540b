"""The log file: what happened, redacted, of bounded size, readable by its owner only."""

import logging
import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from tui.config.locations import log_folder
from tui.domain.redact import redacted
from tui.domain.sanitise import safe_block
from tui.files import RotatingFile, private_folder
from tui.output import UsageError, complain

ROOT = "tui"
"""The package, whose modules name their loggers after themselves."""
FILE_SIZE = 10_000_000
"""Bytes at which the log is put aside as NAME.1, where the one before it goes."""
_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


class RedactingFormatter(logging.Formatter):
    """Masks secrets and personal data in the whole line, tracebacks included; times are UTC.

    What could steer a terminal is taken out too: the log may go to one, or be read in one later.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One record as text."""
        return redacted(safe_block(super().format(record)))

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802 (the base's)
        """The record's time, RFC 3339 with milliseconds."""
        moment = datetime.fromtimestamp(record.created, UTC)
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


class _LogFile(logging.Handler):
    """A file that may cease to take lines, and take them again; why it did is kept for whoever asks.

    said: whether that is said on standard error as soon as it is so, once.
    """

    def __init__(self, file: RotatingFile, *, said: bool) -> None:
        super().__init__()
        self.failure: str | None = None
        self._file = file
        self._said = said

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record; a log that fails must not disturb what it tells of."""
        try:
            self._file.write(self.format(record))
        except Exception as error:  # noqa: BLE001 (whatever it is, it is said, and what is logged goes on)
            if self.failure is None:
                self.failure = getattr(error, "strerror", None) or str(error)
                if self._said:
                    complain(f"cpwatch: the log can't be written any more: {self.failure}; all else goes on")


def log_failure() -> str | None:
    """Why the log could not be written at some time since it was started; None where it could."""
    handlers = logging.getLogger(ROOT).handlers
    return next((handler.failure for handler in handlers if isinstance(handler, _LogFile) and handler.failure), None)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def start_logging(file: Path | None, *, debug: bool, screen: bool) -> Path | None:
    """Send this program's log to `file`; the file that is written, or None.

    Without a file, nothing is written, unless `debug`: then to the platform's log folder where a screen is shown,
    else to standard error. Raises OSError: the file can't be written.
    """
    logging.raiseExceptions = False  # a full disk would print a traceback for every line, over the screen
    logger = logging.getLogger(ROOT)
    logger.propagate = False
    for handler in tuple(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
    logger.setLevel(logging.DEBUG if debug else logging.INFO)
    if file is None and not debug:
        logger.addHandler(logging.NullHandler())
        return None
    if file is None and not screen:
        _attach(logger, logging.StreamHandler(sys.stderr))
        return None
    target = file or log_folder() / "cpwatch.log"
    if file is None:
        private_folder(target.parent)
    rotating = RotatingFile(target, FILE_SIZE, kept=1)
    rotating.check()
    _attach(logger, _LogFile(rotating, said=not screen))
    return target


def _attach(logger: logging.Logger, handler: logging.Handler) -> None:
    handler.setFormatter(RedactingFormatter(_FORMAT))
    logger.addHandler(handler)


def write_crash(error: BaseException, version: str, now: datetime) -> Path | None:
    """Write the redacted traceback into the platform's log folder; its path, None where it can't be written."""
    text = redacted(safe_block("".join(traceback.format_exception(error))))
    try:
        folder = log_folder()
        private_folder(folder)
        target = folder / f"crash-{now:%Y%m%dT%H%M%SZ}-{os.getpid()}.txt"
        with open(target, "x", encoding="utf-8", errors="backslashreplace", opener=_private) as file:
            file.write(f"cpwatch {version}, Python {sys.version.split()[0]}, {sys.platform}\n{text}")
    except (OSError, UsageError):
        return None
    return target
