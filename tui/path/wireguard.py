"""WireGuard's part of the way: the interface and its last handshake. Its keys are never asked for."""

import re
from datetime import UTC, datetime

from tui.clock import Clock
from tui.domain.address import PathKind
from tui.domain.sanitise import safe_text
from tui.domain.text import age
from tui.domain.tunnel import Tunnel
from tui.path.programs import found, ran

STALE = 180.0
"""Seconds after which a tunnel in use would have had another handshake: keys are refused from then on."""

_EPOCH = re.compile(r"[0-9]{1,11}", re.ASCII)
_INTERFACE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.=+-]{0,62}", re.ASCII)
_NOT_MEASURED = "WireGuard does not measure it"


async def tunnel(interface: str, clock: Clock) -> Tunnel:
    """What is known of that interface. up: True after a fresh handshake, never False: an idle tunnel has none."""
    epochs = await _epochs(interface, clock)
    if epochs is None:
        detail = "the last handshake is told to administrators only"
        return Tunnel(PathKind.WIREGUARD, safe_text(interface), detail=detail, edge_reason=_NOT_MEASURED)
    last = max(epochs, default=0)
    seconds = clock.now().wall.timestamp() - last
    # With several peers it is not told which of them leads to the gateway.
    up = True if len(epochs) == 1 and last and seconds <= STALE else None
    return Tunnel(
        PathKind.WIREGUARD,
        safe_text(interface),
        up=up,
        detail=handshake_words(epochs, clock.now().wall),
        edge_reason=_NOT_MEASURED,
    )


def handshakes(output: str, interface: str) -> tuple[int, ...] | None:
    """The seconds of each peer's last handshake, 0 for none, from `wg show all latest-handshakes`.

    None where nothing in the output is about the interface.
    """
    rows = [line.split("\t") for line in output.splitlines()]
    of_it = [row[2] for row in rows if len(row) == 3 and row[0] == interface and _EPOCH.fullmatch(row[2])]
    return tuple(int(epoch) for epoch in of_it) or None


def handshake_words(epochs: tuple[int, ...], now: datetime) -> str:
    """`last handshake 40 s ago`, of the newest where there are several peers."""
    last = max(epochs, default=0)
    if not last:
        return "no handshake yet"
    words = f"last handshake {age(max(0.0, now.astimezone(UTC).timestamp() - last))} ago"
    return words if len(epochs) == 1 else f"{words}, the newest of {len(epochs)} peers"


async def _epochs(interface: str, clock: Clock) -> tuple[int, ...] | None:
    program = found("wg")
    if program is None or not _INTERFACE.fullmatch(interface):
        return None
    # Not `dump`, which prints the private key.
    done = await ran(clock, program, "show", "all", "latest-handshakes")
    return handshakes(done.output, interface) if done is not None and done.code == 0 else None
