"""The program's logging, kept from leaving anything behind: no file outside the test's folder, no handler after it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tui.config import logs


@contextmanager
def own_log_folder(monkeypatch: pytest.MonkeyPatch, parent: Path) -> Iterator[Path]:
    """The platform's log folder is one below `parent`, not made yet; the program's loggers are put back at the end."""
    place = parent / "state" / "log"
    monkeypatch.setattr(logs, "log_folder", lambda: place)
    logger = logging.getLogger(logs.ROOT)
    handlers, level, propagate = logger.handlers[:], logger.level, logger.propagate
    logger.handlers = []
    try:
        yield place
    finally:
        for handler in logger.handlers:
            handler.close()
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)
