"""Disks and folders that refuse, for real where a process can bring that about itself, whoever runs the tests."""

import contextlib
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

if sys.platform != "win32":
    import resource

_NOBODY = 65534
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


@contextlib.contextmanager
def unprivileged() -> Iterator[None]:
    """As a user whom permissions stop: root, whom they don't, is nobody for the length of the block.

    What is imported there for the first time may be out of reach: do first what you are to do, where it is allowed.
    """
    if os.geteuid() != 0:
        yield
        return
    os.setegid(_NOBODY)
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@contextlib.contextmanager
def ground() -> Iterator[Path]:
    """A new folder that `unprivileged` gets to, as pytest's own are root's alone where root runs the tests."""
    folder = Path(tempfile.mkdtemp(prefix="cpwatch-tests-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def not_ours(folder: Path) -> Iterator[None]:
    """A folder in which nothing can be made, moved or removed, though its files are ours; in `unprivileged`."""
    if os.geteuid() == 0:
        for path in (folder, *folder.iterdir()):
            os.chown(path, _NOBODY, _NOBODY, follow_symlinks=False)
    folder.chmod(0o500)
    try:
        with unprivileged():
            yield
    finally:
        folder.chmod(0o700)


@contextlib.contextmanager
def room_for(most: int) -> Iterator[None]:
    """No file takes more bytes than that, as on a full disk: the system itself cuts a write short, and then refuses."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Python does not notice when a compiled module was cut short, and nobody could import it any more.
    compiles, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        sys.dont_write_bytecode = compiles


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """As if the folder were on a file system that can only be read."""

    def refusing(name: str) -> Callable[..., Any]:
        honest = getattr(os, name)

        def refused(path: Any, *arguments: Any, **options: Any) -> Any:
            writes = name != "open" or (arguments and arguments[0] & _WRITES)
            if writes and not isinstance(path, int) and Path(os.fspath(path)).is_relative_to(folder):
                raise OSError(errno.EROFS, os.strerror(errno.EROFS), os.fspath(path))
            return honest(path, *arguments, **options)

        return refused

    with pytest.MonkeyPatch.context() as patch:
        for name in ("open", "mkdir", "replace", "rename", "link", "unlink", "chmod", "truncate"):
            patch.setattr(os, name, refusing(name))
        yield
