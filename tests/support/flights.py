"""A transport that keeps what it was given, with when each request went out and when it ended."""

import ssl
from collections.abc import Iterable
from dataclasses import dataclass

import httpx

from tests.support.clock import ManualClock
from tests.support.limits import Sent
from tests.support.wired import SimTransport, Stream, Trace
from tui.simulator.gateway import SimulatedGateway


@dataclass
class Flight:
    """One request. at, ended: by the monotonic clock; ended is None while it is under way. status: None where none."""

    at: float
    endpoint: str
    ended: float | None = None
    status: int | None = None

    def under_way(self, at: float) -> bool:
        """Whether it had been sent at that time and had not ended."""
        return self.at <= at and (self.ended is None or at < self.ended)


class Watched(SimTransport):
    """A SimTransport that remembers every request, given up or not. flights: in the order of sending.

    cuts: while True, connections are taken and closed during the TLS handshake, as by a forward with nobody at its far
    side. A request without TLS to a gateway that speaks it is closed without a word, as the real one does.
    """

    def __init__(self, gateway: SimulatedGateway, clock: ManualClock) -> None:
        super().__init__(gateway, clock)
        self.flights: list[Flight] = []
        self.cuts = False

    def cut(self) -> None:
        """Close all connections, and every new one, until `cuts` is False again."""
        self.cuts = True
        self._cut()

    async def _connect(self, request: httpx.Request, trace: Trace) -> None:
        plain = request.url.scheme == "http"
        if self.refused or not self.gateway.listens or not (self.cuts or plain):
            await super()._connect(request, trace)
            return
        await trace("connection.connect_tcp.started", {})
        await trace("connection.connect_tcp.complete", {"return_value": Stream()})
        if plain:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
        await trace("connection.start_tls.started", {})
        failure = httpx.ConnectError("EOF occurred in violation of protocol", request=request)
        await trace("connection.start_tls.failed", {"exception": failure})
        raise failure from ssl.SSLEOFError(ssl.SSL_ERROR_EOF, "EOF occurred in violation of protocol")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """As SimTransport does it."""
        flight = Flight(self._clock.now().ticks, f"{request.method} {request.url.path}")
        self.flights.append(flight)
        try:
            response = await super().handle_async_request(request)
            flight.status = response.status_code
            return response
        finally:
            flight.ended = self._clock.now().ticks

    def times(self, ending: str, since: float = 0.0) -> list[float]:
        """When requests went out whose path ends so."""
        return [flight.at for flight in self.flights if flight.endpoint.endswith(ending) and flight.at >= since]

    def most_at_once(self, since: float) -> int:
        """The largest number of requests that were under way together, for any time at all, from then on."""
        moments = {flight.at for flight in self.flights if flight.at >= since} | {since}
        return max(sum(flight.under_way(at) for flight in self.flights if flight.ended != at) for at in moments)


def sent_by(transports: Iterable[Watched]) -> list[Sent]:
    """What went out through all of them together, in the order of the times."""
    sent = [
        Sent(flight.at, flight.endpoint, str(number), limited=flight.status == 429)
        for number, transport in enumerate(transports)
        for flight in transport.flights
    ]
    return sorted(sent, key=lambda each: each.at)
