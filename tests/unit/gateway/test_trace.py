"""Events and bytes -> times and phases, on a clock moved by hand."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.clock import ManualClock
from tui.domain.path import Timing
from tui.gateway.trace import KEPT_BYTES, Phase, Tap, Trace


class Stream:
    """What httpcore hands out: something with `read` and `aclose`."""

    def __init__(self, *chunks: bytes) -> None:
        self._chunks: Iterator[bytes] = iter(chunks)
        self.closed = False

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        return next(self._chunks, b"")

    async def aclose(self) -> None:
        self.closed = True


async def play(trace: Trace, clock: ManualClock, *events: tuple[str, float], stream: Any = None) -> None:
    for event, seconds in events:
        await clock.advance(seconds)
        await trace(event, {"return_value": stream})


CONNECT = (("connection.connect_tcp.started", 0.0), ("connection.connect_tcp.complete", 0.5))
TLS = (("connection.start_tls.started", 0.0), ("connection.start_tls.complete", 0.25))
SENT = (("http11.send_request_headers.started", 0.0), ("http11.receive_response_headers.started", 0.0))


async def test_a_fresh_connection_with_tls() -> None:
    clock = ManualClock()
    tap = Tap(clock)
    trace = Trace(clock, tap)
    stream: Any = Stream(b"HTTP/1.1 ", b"200 OK")
    await play(trace, clock, *CONNECT, *TLS, *SENT, stream=stream)
    await clock.advance(2)
    await stream.read(100)
    await clock.advance(1)
    await stream.read(100)
    assert trace.timing(lagged=True) == Timing(connect=0.5, tls=0.25, first_byte=2.0, lagged=True)
    assert trace.fresh


async def test_a_reused_connection_measures_no_connect_and_starts_counting_anew() -> None:
    clock = ManualClock()
    tap = Tap(clock)
    stream: Any = Stream(b"first", b"second")
    await play(Trace(clock, tap), clock, *CONNECT, *SENT, stream=stream)
    await stream.read(100)
    again = Trace(clock, tap)
    await play(again, clock, *SENT)
    await clock.advance(3)
    await stream.read(100)
    assert again.timing() == Timing(first_byte=3.0)
    assert (tap.start, tap.count) == (b"second", 6)
    assert not again.fresh


async def test_no_answer_is_no_time() -> None:
    clock = ManualClock()
    trace = Trace(clock, Tap(clock))
    await play(trace, clock, *CONNECT, *SENT)
    assert trace.timing().first_byte is None


async def test_a_transport_without_events_is_timed_from_the_outside() -> None:
    clock = ManualClock()
    trace = Trace(clock, Tap(clock))
    await clock.advance(1.5)
    trace.answered()
    assert trace.timing() == Timing(first_byte=1.5)


@pytest.mark.parametrize(
    ("event", "phase"),
    [
        ("connection.connect_tcp.started", Phase.CONNECTING),
        ("connection.start_tls.started", Phase.TLS),
        ("http11.send_request_headers.started", Phase.SENDING),
        ("http11.receive_response_headers.started", Phase.WAITING),
        ("http11.receive_response_body.started", Phase.READING),
    ],
)
async def test_phases(event: str, phase: Phase) -> None:
    clock = ManualClock()
    trace = Trace(clock, Tap(clock))
    await trace(event, {})
    assert trace.phase is phase


async def test_only_the_beginning_is_kept() -> None:
    tap = Tap(ManualClock())
    for _ in range(3):
        tap.note(b"x" * 1000)
    tap.note(b"")
    assert (len(tap.start), tap.count) == (KEPT_BYTES, 3000)


async def test_what_is_no_stream_is_left_alone() -> None:
    tap = Tap(ManualClock())
    tap.attach(object())
    await tap.close()
    stream: Any = Stream()
    tap.attach(stream)
    await tap.close()
    assert stream.closed
