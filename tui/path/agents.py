"""Who asks the tunnels' agents on this machine, by kind."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from tui.clock import Clock
from tui.domain.address import Address, PathKind
from tui.domain.tunnel import Tunnel

Ask = Callable[[int, tuple[Address, ...], str], Awaitable[tuple[Tunnel, ...]]]
"""Asks the agents of one kind.

It takes the gateway's port on this machine (0 where it is elsewhere), the user's own addresses, and the host asked.
"""


class Missed(Exception):
    """An agent that is there did not answer in time. found: what the others of its kind told."""

    def __init__(self, found: tuple[Tunnel, ...]) -> None:
        super().__init__()
        self.found = found


@contextlib.asynccontextmanager
async def asked(clock: Clock, *, tls: bool) -> AsyncIterator[Mapping[PathKind, Ask]]:
    """The real agents, over one client. tls: whether the gateway speaks it."""
    # Late: they bring the network library, which a start does without.
    from tui.path import cloudflared, frp, ngrok, tailscale
    from tui.path.local_http import LocalHttp

    async with LocalHttp(clock) as http:

        async def heard(tell: Callable[[LocalHttp], Awaitable[tuple[Tunnel, ...]]]) -> tuple[Tunnel, ...]:
            own = http.beside()
            found = await tell(own)
            if own.waited_in_vain:
                raise Missed(found)
            return found

        async def of_ngrok(port: int, at: tuple[Address, ...], _host: str) -> tuple[Tunnel, ...]:
            return await heard(lambda own: ngrok.tunnels(own, port, at, tls=tls))

        async def of_cloudflared(port: int, at: tuple[Address, ...], _host: str) -> tuple[Tunnel, ...]:
            return await heard(lambda own: cloudflared.tunnels(own, port, at, tls=tls))

        async def of_tailscale(port: int, _at: tuple[Address, ...], host: str) -> tuple[Tunnel, ...]:
            return await heard(lambda own: tailscale.tunnels(own, port, host="" if port else host, tls=tls))

        async def of_frp(port: int, at: tuple[Address, ...], _host: str) -> tuple[Tunnel, ...]:
            return await heard(lambda own: frp.tunnels(own, port, at))

        yield {
            PathKind.NGROK: of_ngrok,
            PathKind.CLOUDFLARE: of_cloudflared,
            PathKind.TAILSCALE: of_tailscale,
            PathKind.FRP: of_frp,
        }
