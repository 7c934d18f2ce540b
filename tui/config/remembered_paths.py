"""What listened on each gateway's port when it was last seen: a dead `ssh -L` leaves nothing else to be known by."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tui.domain.address import Address, PathKind
from tui.domain.forwards import MOST_OPTIONS, forward
from tui.domain.way import Forward

log = logging.getLogger(__name__)

FILE = "paths.json"
SCHEMA = 1
MOST = 50
"""Gateways that are remembered; the one that was written longest ago goes first."""

_LARGEST = 65_536
_LONGEST = 300
_KINDS = frozenset({PathKind.SSH, PathKind.FRP})


def remembered(address: Address, folder: Path) -> Forward | PathKind | None:
    """The `ssh -L` that was last seen there, or only its kind; None where none was, or the file makes no sense."""
    entry = _entries(folder / FILE).get(_key(address))
    return _from_entry(entry, address.port)


def remember(address: Address, seen: Forward | PathKind | None, folder: Path) -> str | None:
    """Write it down, or forget it where `seen` is None. Nothing is written where that is known already.

    Of two processes that write at once one may be lost, until it looks again. Returns None, or a sentence that says why
    it could not be written, which is logged too.
    """
    path = folder / FILE
    entries = _entries(path)
    key = _key(address)
    entry = _to_entry(seen)
    if entries.get(key) == entry:
        return None
    kept = {name: entries[name] for name in entries if name != key}
    if entry is not None:
        kept[key] = entry
    newest = dict(list(kept.items())[-MOST:])
    from tui.files import private_folder, write_whole

    try:
        private_folder(folder)
        write_whole(path, f"{json.dumps({'schema': SCHEMA, 'gateways': newest}, indent=1)}\n".encode())
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        said = f"The way to the gateway could not be remembered for the next start: {why}."
        log.warning("%s", said)
        return said
    return None


def _key(address: Address) -> str:
    """By host and port; every name of this machine is the same."""
    return f"localhost:{address.port}" if address.loopback else address.url.partition("//")[2]


def _entries(path: Path) -> dict[str, Mapping[str, Any]]:
    """What the file holds that could be an entry; nothing where it is no file of ours."""
    try:
        if not path.is_file():
            return {}
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        log.warning("the ways that were seen before can't be read: %s", getattr(error, "strerror", None) or error)
        return {}
    try:
        raw = json.loads(data) if len(data) <= _LARGEST else None
    except (ValueError, RecursionError):
        raw = None
    gateways = raw.get("gateways") if isinstance(raw, dict) and raw.get("schema") == SCHEMA else None
    if not isinstance(gateways, dict):
        log.warning("the ways that were seen before are no file of this cpwatch; it is begun anew")
        return {}
    # Only what would be written, so that a foreign entry is not carried on.
    clean = {name: entry for name, value in gateways.items() if (entry := _clean(name, value)) is not None}
    return dict(list(clean.items())[-MOST:])


def _clean(name: str, value: object) -> Mapping[str, Any] | None:
    port = name.rpartition(":")[2]
    if len(name) > _LONGEST or not name.isprintable() or not (port.isascii() and port.isdigit() and len(port) <= 5):
        return None
    return _to_entry(_from_entry(value, int(port)))


def _to_entry(seen: Forward | PathKind | None) -> Mapping[str, Any] | None:
    match seen:
        case Forward():
            return {
                "kind": PathKind.SSH.value,
                "destination": seen.destination,
                "local_port": seen.local_port,
                "host": seen.host,
                "port": seen.port,
                "ssh_port": seen.ssh_port,
                "options": list(seen.options),
            }
        case PathKind() if seen in _KINDS:
            return {"kind": seen.value}
    return None


def _from_entry(entry: object, port: int) -> Forward | PathKind | None:
    """The entry's way; of a forward that could not stand in a line, or is not of that port, only the kind is left."""
    if not isinstance(entry, dict):
        return None
    match entry:
        case {
            "kind": PathKind.SSH.value,
            "destination": str(destination),
            "local_port": int(local_port),
            "host": str(host),
            "port": int(far_port),
        } if len(destination) <= _LONGEST and len(host) <= _LONGEST and local_port == port:
            ssh_port, words = entry.get("ssh_port"), entry.get("options")
            options = words[:MOST_OPTIONS] if isinstance(words, list) else []
            made = forward(
                destination,
                int(local_port),
                host,
                int(far_port),
                int(ssh_port) if isinstance(ssh_port, int) else None,
                [word for word in options if isinstance(word, str)],
            )
            return made or PathKind.SSH
        case {"kind": PathKind.SSH.value}:
            return PathKind.SSH
        case {"kind": PathKind.FRP.value}:
            return PathKind.FRP
    return None
