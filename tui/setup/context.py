"""What a judgement may know of the machine beside the file itself."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Context:
    """Each None where it is not known, and then nothing is said of it.

    folder: the gateway's own, in which bin, dist and root lie; absolute. conf: the file's path within it, e.g.
    `root/conf.yaml`. started_in: the folder from which it is started; absolute. read_file: the bytes of a file that the
    settings name, None where the gateway would find none. port_in_use: whether another program has that port.
    """

    folder: str | None = None
    conf: str | None = None
    started_in: str | None = None
    read_file: Callable[[str], bytes | None] | None = None
    port_in_use: Callable[[int], bool] | None = None
    macos: bool = False


NOTHING_KNOWN = Context()
