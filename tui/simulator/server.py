"""The simulated gateway on a loopback socket: TLS 1.2 as the real one speaks it, HTTP/1.1 parsed by h11."""

import asyncio
import contextlib

import h11

from tui.clock import Clock
from tui.simulator.gateway import SimulatedGateway
from tui.simulator.messages import HANG, Request
from tui.simulator.tls import PlainStream, Stream, TlsStream, tls_context
from tui.simulator.wire import (
    CLOSED_TOO_LONG_HEADERS,
    CLOSED_TOO_LONG_LINE,
    LONGEST_HEADERS,
    LONGEST_LINE,
    asks_to_close,
    render,
)

LOOPBACK = "127.0.0.1"
MOST_CONNECTIONS = 200
LARGEST_BODY = 64 * 1024
_LARGEST_EVENT = 64 * 1024


class GatewayServer:
    """Serves one core on 127.0.0.1. tls: False speaks plain http, as a gateway with `listenSsl: false` does."""

    def __init__(self, gateway: SimulatedGateway, clock: Clock, *, tls: bool = True) -> None:
        self._gateway = gateway
        self._clock = clock
        self._context = tls_context() if tls else None
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self, port: int) -> int:
        """Listen on that port (0: any free one) and tell which. Raises OSError where it can't be had."""
        self._server = await asyncio.start_server(self._serve, LOOPBACK, port)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def stop(self) -> None:
        """Stop listening and cut every connection, hung ones too."""
        if self._server is not None:
            self._server.close()
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
        await _Connection(self._gateway, self._clock, stream).run()
        await stream.end()


class _TooLong(Exception):
    """More than the gateway reads. answer: the few words that the real program has for it."""

    def __init__(self, answer: bytes) -> None:
        super().__init__(answer)
        self.answer = answer


class _Connection:
    """One client's connection, from the first request to the last byte."""

    def __init__(self, gateway: SimulatedGateway, clock: Clock, stream: Stream) -> None:
        self._gateway = gateway
        self._clock = clock
        self._stream = stream
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=_LARGEST_EVENT)

    async def run(self) -> None:
        """Answer requests in their order until the client leaves, errs, asks to close, or is left hanging."""
        while True:
            try:
                request = await self._request()
            except _TooLong as refused:
                if refused.answer:
                    await self._stream.write(refused.answer)
                return
            except h11.ProtocolError:
                return  # No HTTP: the real program closes without a word.
            if request is None:
                return
            answer = self._gateway.respond(request)
            if answer is HANG:
                await self._ignore()
                return
            await self._clock.sleep(answer.seconds)
            await self._stream.write(render(answer, request))
            if answer.status == 101:
                await self._ignore()
                return
            if asks_to_close(request) or request.http_version == "1.0":
                return
            self._next()

    async def _request(self) -> Request | None:
        """The next whole request; None where the client closed. Raises _TooLong and h11.ProtocolError."""
        head = await self._event()
        if not isinstance(head, h11.Request):
            return None
        if len(head.method) + len(head.target) + len(b"  HTTP/1.1") > LONGEST_LINE:
            raise _TooLong(CLOSED_TOO_LONG_LINE)
        if sum(len(name) + len(value) + 4 for name, value in head.headers) > LONGEST_HEADERS:
            raise _TooLong(CLOSED_TOO_LONG_HEADERS)
        body = bytearray()
        while isinstance(event := await self._event(), h11.Data):
            body += event.data
            if len(body) > LARGEST_BODY:
                raise _TooLong(b"")
        if not isinstance(event, h11.EndOfMessage):
            return None
        return Request(
            head.method.decode("ascii").upper(),
            head.target.decode("latin-1"),
            tuple(head.headers.raw_items()),
            bytes(body),
            head.http_version.decode("ascii"),
        )

    async def _event(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._stream.read())
        return event

    def _next(self) -> None:
        """Tell h11 that the answer is out. The bytes were ours: its own would carry headers of its choosing."""
        self._http.send(h11.Response(status_code=404, headers=[("Content-Length", "0")]))
        self._http.send(h11.EndOfMessage())
        self._http.start_next_cycle()

    async def _ignore(self) -> None:
        """Send nothing more; whatever comes is read and dropped until the client gives up."""
        while await self._stream.read():
            pass
