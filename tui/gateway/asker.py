"""Asking: one endpoint's request through its lane, its answer judged, counted and written to the log."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from tui.clock import Clock, Moment
from tui.domain.address import Address, PathKind
from tui.domain.failure import Failure, FailureKind
from tui.domain.path import Timing
from tui.domain.redact import redacted
from tui.domain.sanitise import safe_text
from tui.domain.stamped import Stamped
from tui.gateway.answers import failure_in, from_behind, payload
from tui.gateway.connections import Connections
from tui.gateway.edge import through_cloudflare
from tui.gateway.endpoints import Endpoint, askable
from tui.gateway.errors import GatewayError, NotAGateway, Unexpected, error_for
from tui.gateway.exchange import Exchanged, Stale, exchange
from tui.gateway.faults import Limits
from tui.gateway.lane import Lane
from tui.gateway.received import Received
from tui.gateway.timing_headers import ibkr_part
from tui.gateway.translate import TooMany, WrongShape

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """One answer. asked, at: when the request was sent and when all was read.

    as_of: the newest time that the data itself carries, UTC; None where it carries none.
    """

    value: T
    timing: Timing
    asked: Moment
    at: Moment
    as_of: datetime | None = None


class Asker:
    """Sends an endpoint's request and reads its answer.

    The tickle has a lane of its own, and so has what decides the verdict beside it, so that a portfolio that does not
    answer hides neither; in that one the brokerage session is re-opened, too. All else goes one by one.

    deadline_at: when everything must have ended, None for no such time. dated: the newest `Date` that an answer bore,
    and when it came; None where none did. repeated: told of a request that goes out a second time, at once, since the
    connection of the first one was no good.
    """

    def __init__(
        self, address: Address, connections: Connections, limits: Limits, clock: Clock, log: logging.Logger
    ) -> None:
        self.deadline_at: Moment | None = None
        self.dated: Stamped[datetime] | None = None
        self.repeated: Callable[[Endpoint], None] = lambda _: None
        self._address = address
        self._limits = limits
        self._clock = clock
        self._log = log
        self._tickling = Lane(1, connections.slot)
        self._deciding = Lane(1, connections.slot)
        self._asking = Lane(1, connections.slot)

    async def ask(
        self,
        endpoint: Endpoint,
        read: Callable[[object], T],
        account: str = "",
        page: int = 0,
        body: Mapping[str, object] | None = None,
        quick: Callable[[bytes], Awaitable[T | None]] | None = None,
    ) -> Answer[T]:
        """The endpoint's answer as `read` understands it; `read` raises WrongShape where it doesn't.

        body: sent as JSON. quick: reads the text of a 200 in less time, None where it can't. Raises GatewayError.
        """
        if "{id}" in endpoint and not askable(account):
            raise error_for(Failure(FailureKind.UNEXPECTED, f'not asked: "{safe_text(account, 40)}" is no account id'))
        masked = redacted(account)
        told = endpoint.path("•••" if masked == account else masked, page)
        asked = self._clock.now()
        try:
            lane = self._lane(endpoint)
            async with self._turn(lane):
                asked = self._clock.now()
                exchanged = await self._exchanged(lane, endpoint, endpoint.path(account, page), body)
                try:
                    value = await self._read(exchanged, endpoint, read, quick)
                except (Unexpected, NotAGateway) as error:
                    if error.failure.status == 200:
                        await lane.forget()  # perhaps the answer to another question, and the next one's would be too
                    raise
        except GatewayError as error:
            self._tell(endpoint, told, asked, str(error.failure.kind), None)
            raise
        at = self._clock.now()
        self._tell(endpoint, told, asked, "200", len(exchanged.received.body))
        return Answer(value, _forwarded(exchanged), asked, at)

    async def time(self, endpoint: Endpoint) -> Exchanged:
        """The endpoint's raw answer over the lane's own connection, to time it. Raises GatewayError."""
        asked = self._clock.now()
        try:
            lane = self._lane(endpoint)
            async with self._turn(lane):
                exchanged = await self._exchanged(lane, endpoint, endpoint.path(), None)
        except GatewayError as error:
            self._tell(endpoint, endpoint.path(), asked, str(error.failure.kind), None)
            raise
        self._tell(endpoint, endpoint.path(), asked, str(exchanged.received.status), len(exchanged.received.body))
        return exchanged

    async def look(self, connections: Connections, address: Address, endpoint: Endpoint, limits: Limits) -> Received:
        """The raw answer at another address, on a connection of its own that is thrown away. Raises GatewayError."""
        asked = self._clock.now()
        slot = connections.slot()
        try:
            async with self._turn(self._deciding):
                request = slot.client.build_request(endpoint.method, address.url + endpoint.path())
                limited = self._within_deadline(limits)
                exchanged = await exchange(slot, request, address, limited, self._clock, self._log)
        except GatewayError as error:
            self._tell(endpoint, f"{address.scheme} {endpoint.path()}", asked, str(error.failure.kind), None)
            raise
        finally:
            await slot.drop()
        status = str(exchanged.received.status)
        self._tell(endpoint, f"{address.scheme} {endpoint.path()}", asked, status, len(exchanged.received.body))
        return exchanged.received

    async def forget(self, endpoint: Endpoint) -> None:
        """Let the endpoint's next question have a connection of its own: this one's answer was not for it."""
        await self._lane(endpoint).forget()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._tickling.aclose()
        await self._deciding.aclose()
        await self._asking.aclose()

    def _lane(self, endpoint: Endpoint) -> Lane:
        match endpoint:
            case Endpoint.TICKLE:
                return self._tickling
            case Endpoint.AUTH_STATUS | Endpoint.ROOT | Endpoint.SSODH_INIT:
                return self._deciding
        return self._asking

    @asynccontextmanager
    async def _turn(self, lane: Lane) -> AsyncIterator[None]:
        """A turn in the lane, unless the deadline comes first."""
        try:
            async with lane.turn(self._seconds_left()):
                yield
        except TimeoutError:
            raise error_for(Failure(FailureKind.SILENT, "not asked: other requests were still unanswered")) from None

    async def _exchanged(
        self, lane: Lane, endpoint: Endpoint, path: str, body: Mapping[str, object] | None
    ) -> Exchanged:
        if endpoint.on_the_users_word:
            await lane.forget()  # on a new connection it can't be stale, and so is never sent twice
        try:
            return await self._exchange(lane, endpoint.method, path, body)
        except Stale as stale:
            await lane.forget()
            if endpoint.limited:
                raise stale.error from None  # it may have got there, and is asked again when its time has come
        self.repeated(endpoint)
        try:
            return await self._exchange(lane, endpoint.method, path, body)
        except Stale as again:
            raise again.error from None

    async def _exchange(self, lane: Lane, method: str, path: str, body: Mapping[str, object] | None) -> Exchanged:
        limits = self._within_deadline(self._limits)
        async with lane.slot() as slot:
            request = slot.client.build_request(method, self._address.url + path, json=body)
            exchanged = await exchange(slot, request, self._address, limits, self._clock, self._log)
        if (date := exchanged.received.date) is not None:
            self.dated = Stamped(date, self._clock.now())
        return exchanged

    def _seconds_left(self) -> float | None:
        return None if self.deadline_at is None else self._clock.now().seconds_until(self.deadline_at)

    def _within_deadline(self, limits: Limits) -> Limits:
        """The limits, cut to what is left until the deadline."""
        left = self._seconds_left()
        if left is None or left >= limits.whole:
            return limits
        if left <= 0:
            raise error_for(Failure(FailureKind.SILENT, "not asked: no time was left"))
        return replace(limits, whole=left)

    async def _read(
        self,
        exchanged: Exchanged,
        endpoint: Endpoint,
        read: Callable[[object], T],
        quick: Callable[[bytes], Awaitable[T | None]] | None,
    ) -> T:
        received = exchanged.received
        failure = failure_in(received, self._address, decides=endpoint.decides)
        if failure is None:
            if quick is not None and (found := await quick(received.body)) is not None:
                return found
            value = payload(received, decides=endpoint.decides)
            if not isinstance(value, Failure):
                try:
                    return read(value)
                except TooMany as error:
                    value = Failure(FailureKind.UNEXPECTED, f"{received.status} with {error}", received.status)
                except WrongShape:
                    value = Failure(FailureKind.UNEXPECTED, received.evidence, received.status)
            failure = value
        raise error_for(failure, _timing(exchanged, failure))

    def _tell(self, endpoint: Endpoint, path: str, asked: Moment, outcome: str, size: int | None) -> None:
        took = self._clock.now().seconds_since(asked) * 1000
        count = "" if size is None else f", {size} bytes"
        self._log.debug("%s %s: %s%s, %.0f ms", endpoint.method, path, outcome, count, took)


def _forwarded(exchanged: Exchanged) -> Timing:
    """The times of an answer from behind the gateway, with what IBKR says of its own part."""
    timing = exchanged.timing
    ibkr = ibkr_part(exchanged.received.headers, timing.first_byte)
    via = PathKind.CLOUDFLARE if through_cloudflare(exchanged.received) else None
    return replace(timing, forwarded=True, ibkr=ibkr, via=via)


def _timing(exchanged: Exchanged, failure: Failure) -> Timing:
    """The times of a failed answer. What a tunnel answers by itself times neither the gateway nor IBKR."""
    if failure.tunnel is not None:
        return replace(exchanged.timing, first_byte=None, via=failure.tunnel)
    return _forwarded(exchanged) if from_behind(failure) else exchanged.timing
