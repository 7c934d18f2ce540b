"""One watch a gateway: a lock of the operating system's, which ends with the process that holds it."""

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from tui.clock import Clock
from tui.config.locations import state_folder
from tui.domain.address import Address
from tui.domain.text import rfc3339
from tui.engine.shared_file import Busy, SharedFile
from tui.engine.shared_record import file_name, gateway_name

_MOST = 1000


class Held(Exception):
    """Another watch holds the lock; the message says which, as far as that is known."""


@contextlib.contextmanager
def only_watch(address: Address, clock: Clock, folder: Path | None = None) -> Iterator[None]:
    """Be the one watch of that gateway, by whichever profile or spelling of the address it is reached.

    A lock that a process has left by dying counts for nothing. folder: by default in the platform's state folder.
    Raises Held. Raises OSError: the folder can't be used.
    """
    file = SharedFile(folder or state_folder() / "watch", file_name(gateway_name(address)))
    holding = file.locked()
    try:
        holding.__enter__()
    except Busy:
        raise Held(f"another `cpwatch watch` watches {address.url} already{_holder(file)}") from None
    try:
        # Who holds it is a help to whoever is refused, and nothing depends on it.
        with contextlib.suppress(OSError):
            file.write(json.dumps({"pid": os.getpid(), "since": rfc3339(clock.now().wall)}).encode())
        yield
    finally:
        holding.__exit__(None, None, None)


def _holder(file: SharedFile) -> str:
    """` (process 4711, since 2026-11-20T14:03:22Z)`; empty where that can't be read."""
    try:
        told = json.loads(file.read(_MOST) or b"")
        return f" (process {int(told['pid'])}, since {str(told['since'])[:20]})" if str(told["since"]).isascii() else ""
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""
