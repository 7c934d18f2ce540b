"""One client's connection to the simulated gateway: HTTP/1.1 parsed by h11, and a websocket after it."""

import asyncio

import h11

from tui.clock import Clock
from tui.simulator.gateway import SimulatedGateway
from tui.simulator.greeting import LOOK
from tui.simulator.messages import HANG, Request
from tui.simulator.tls import Stream
from tui.simulator.wire import (
    CLOSED_TOO_LONG_HEADERS,
    CLOSED_TOO_LONG_LINE,
    LONGEST_HEADERS,
    LONGEST_LINE,
    asks_to_close,
    render,
)

LARGEST_BODY = 64 * 1024
_LARGEST_EVENT = 64 * 1024


class _TooLong(Exception):
    """More than the gateway reads. answer: the few words that the real program has for it."""

    def __init__(self, answer: bytes) -> None:
        super().__init__(answer)
        self.answer = answer


class Connection:
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
            await self._clock.sleep(answer.seconds + answer.wait)
            await self._stream.write(render(answer, request))
            if answer.status == 101:
                await self._talk()
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

    async def _talk(self) -> None:
        """The websocket, until either side closes it. What came together with the handshake is lost, as on the way."""
        greeting = self._gateway.greeting()
        said = b""
        reading, looking = self._wait_for_bytes(), self._wait_for_time()
        try:
            while not greeting.closed:
                if said:
                    await self._stream.write(said)
                done, _ = await asyncio.wait({reading, looking}, return_when=asyncio.FIRST_COMPLETED)
                said = b""
                if reading in done:
                    if not (data := reading.result()):
                        return
                    said = greeting.hear(data)
                    reading = self._wait_for_bytes()
                if looking in done:
                    said += greeting.say(self._clock.now())
                    looking = self._wait_for_time()
            await self._stream.write(said)
        finally:
            reading.cancel()
            looking.cancel()
            await asyncio.gather(reading, looking, return_exceptions=True)

    def _wait_for_bytes(self) -> asyncio.Task[bytes]:
        return asyncio.create_task(self._stream.read())

    def _wait_for_time(self) -> asyncio.Task[None]:
        return asyncio.create_task(self._clock.sleep(LOOK))
