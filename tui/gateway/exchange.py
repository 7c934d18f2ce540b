"""One request and its answer on one slot's connection, within limits of time and size."""

import asyncio
import logging
from dataclasses import dataclass

import httpx

from tui.clock import Clock, LagWatch
from tui.domain.address import Address
from tui.domain.failure import Failure, FailureKind
from tui.domain.path import Timing
from tui.gateway.answers import BODY_LIMIT, TooLarge, unpacked
from tui.gateway.errors import Cut, GatewayError, error_for
from tui.gateway.faults import Limits, failure_of
from tui.gateway.lane import Slot
from tui.gateway.received import Received
from tui.gateway.trace import Phase, Trace

LAGGED = 0.05
"""Seconds by which the loop may be late before an exchange's times are its own doing."""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A whole answer, and what it took."""

    received: Received
    timing: Timing


class Stale(Exception):
    """A kept connection turned out to be closed, or out of step: nothing is known of the gateway by that.

    error: what it would mean.
    """

    def __init__(self, error: GatewayError) -> None:
        super().__init__(str(error))
        self.error = error


async def exchange(
    slot: Slot, request: httpx.Request, address: Address, limits: Limits, clock: Clock, log: logging.Logger
) -> Exchanged:
    """Send the request, read the whole answer.

    Raises GatewayError where no whole answer came, and Stale where a reused connection gave no byte, or an answer that
    was there before its question.
    """
    trace = Trace(clock, slot.tap)
    request.extensions = {
        **request.extensions,
        "trace": trace,
        "timeout": httpx.Timeout(limits.read, connect=limits.connect, pool=limits.connect).as_dict(),
    }
    lag = LagWatch(clock)
    try:
        with lag:
            async with asyncio.timeout(limits.whole):
                received = await _received(slot, request, trace)
    except _OutOfStep:
        raise Stale(
            error_for(Failure(FailureKind.UNEXPECTED, "an answer that was there before its question"))
        ) from None
    except TooLarge as error:
        failure = Failure(FailureKind.UNEXPECTED, str(error))
    except Exception as error:
        # Whatever the libraries raise, and not all of it is theirs, the exchange has failed and the job goes on.
        failure = failure_of(error, trace.phase, slot.tap, address, limits)
        if failure.kind is FailureKind.UNEXPECTED:
            log.debug("an exchange failed in a way that fits nothing known", exc_info=True)
    else:
        return Exchanged(received, trace.timing(lagged=lag.worst > LAGGED))
    failed = error_for(failure, trace.timing(lagged=lag.worst > LAGGED))
    if isinstance(failed, Cut) and not trace.fresh and trace.phase in {Phase.SENDING, Phase.WAITING}:
        raise Stale(failed)
    raise failed


class _OutOfStep(Exception):
    """What was read is left over from an earlier answer."""


async def _received(slot: Slot, request: httpx.Request, trace: Trace) -> Received:
    response = await slot.client.send(request, stream=True, follow_redirects=False)
    trace.answered()
    if response.is_stream_consumed:
        # A transport in memory hands over an answer that is read and unpacked already.
        return Received(response.status_code, response.headers, response.content)
    try:
        body = bytearray()
        # Raw, so that a body that was compressed against our wish does not unfold unseen.
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > BODY_LIMIT:
                raise TooLarge(f"{response.status_code} and a body of more than {BODY_LIMIT >> 20} MiB")
    finally:
        await response.aclose()
    if not trace.fresh and not slot.tap.from_the_start:
        raise _OutOfStep
    plain = unpacked(bytes(body), response.headers.get("content-encoding", ""))
    return Received(response.status_code, response.headers, plain)
