"""The simulated gateway on a loopback socket: TLS 1.2 as the real one speaks it, and no socket while it is down."""

import asyncio
import contextlib
import math
import socket
import sys

from tui.clock import Clock
from tui.simulator.connection import Connection
from tui.simulator.gateway import SimulatedGateway
from tui.simulator.tls import PlainStream, Stream, TlsStream, tls_context

LOOPBACK = "127.0.0.1"
MOST_CONNECTIONS = 200
TO_END = 0.35
"""Seconds from the signal that ends the real program until its port is closed."""


class GatewayServer:
    """Serves one core on 127.0.0.1. tls: False speaks plain http, as a gateway with `listenSsl: false` does.

    While the scenario says that nothing listens, connections are refused, and those that were open are cut.
    """

    def __init__(self, gateway: SimulatedGateway, clock: Clock, *, tls: bool = True) -> None:
        self._gateway = gateway
        self._clock = clock
        self._context = tls_context() if tls else None
        self._server: asyncio.Server | None = None
        self._idle: socket.socket | None = None
        self._changed = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self, port: int) -> int:
        """Take that port (0: any free one), listen if the scenario does, and tell which port it is.

        Raises OSError where it can't be had.
        """
        self._idle = _bound(port)
        taken: int = self._idle.getsockname()[1]
        if self._gateway.listens:
            await self._listen()
        self._gateway.changed.append(self._changed.set)
        self._watching = asyncio.create_task(self._watch(taken))
        return taken

    async def stop(self) -> None:
        """Stop listening and cut every connection, hung ones too."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        if self._server is not None:
            self._server.close()
        if self._idle is not None:
            self._idle.close()
        await self._cut()

    async def _watch(self, port: int) -> None:
        """Listen and stop listening as the scenario goes on, by itself or because another one is set."""
        while True:
            left = self._gateway.seconds_to_change()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(None if math.isinf(left) else left):
                    await self._changed.wait()
            self._changed.clear()
            listening = self._server is not None
            if self._gateway.listens and not listening:
                await self._listen()
            elif listening and not self._gateway.listens:
                await self._clock.sleep(TO_END)
                await self._shut(port)

    async def _listen(self) -> None:
        if self._idle is not None:
            _share(self._idle, shared=True)
        self._server = await asyncio.start_server(self._serve, sock=self._idle)
        self._idle = None

    async def _shut(self, port: int) -> None:
        """Close the port but keep it: a bound socket that does not listen refuses, and nobody else can take it."""
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._cut()
        self._idle = _bound(port)

    async def _cut(self) -> None:
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._connections) >= MOST_CONNECTIONS:
            writer.transport.abort()
            return
        self._connections.add(task)
        try:
            await self._converse(PlainStream(reader, writer))
        except OSError:
            pass  # The client went away or speaks no TLS that we do, as it may.
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            self._connections.discard(task)
            with contextlib.suppress(OSError):
                writer.close()

    async def _converse(self, plain: PlainStream) -> None:
        stream: Stream = plain
        if self._context is not None:
            stream = secured = TlsStream(plain, self._context)
            await secured.handshake()
        await Connection(self._gateway, self._clock, stream).run()
        await stream.end()


def _bound(port: int) -> socket.socket:
    """A socket that has that port of the loopback address, alone, and does not listen. Raises OSError."""
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        _share(held, shared=True)
        held.bind((LOOPBACK, port))
        _share(held, shared=False)
    except OSError:
        held.close()
        raise
    return held


def _share(held: socket.socket, *, shared: bool) -> None:
    """Whether the port can be had in spite of old connections to it that are still fading.

    While nobody listens it would also let another program have the port; on Windows, where it isn't needed, always.
    """
    if sys.platform != "win32":
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(shared))
