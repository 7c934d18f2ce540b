"""Answers without end, on real sockets: each is a failure that says so, in bounded memory, and the engine goes on."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import pytest

from tests.support.doubles import Connection, Double
from tests.support.endless import ANSWERS, FRAMES, MEGABYTE, Endless, websocket
from tests.support.gorged import CONNECT, READ
from tests.support.project import ROOT
from tests.support.waiting import DEADLINE, Watched
from tui.clock import Moment, SystemClock
from tui.domain.failure import Failure
from tui.domain.path import PathState
from tui.domain.state import MonitorState, Pace
from tui.domain.verdict import verdict
from tui.engine.thread import MonitorEngine
from tui.path.local_http import BODY_LIMIT

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell a process's peak of memory so"),
]

MOST = 160 * MEGABYTE
"""Bytes that reading the worst of them may take for a moment: 16 MB of text take up to four times as much in memory."""


ENGINE_MEETS = ("five million objects", "a stream that never ends", "gzip of 100 MB", "a header without end")
_GOOD = (
    b'HTTP/1.1 200 OK\r\nContent-Length: 65\r\n\r\n{"authenticated":true,"connected":true,"competing":false} '
    + b" " * 8,
)


async def gorged(wanted: str, doubles: Mapping[str, Double]) -> dict[str, dict[str, Any]]:
    """What a process made of these servers, one after the other. wanted: who asks, see `tests.support.gorged`."""
    names = {double.address.url: name for name, double in doubles.items()}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.gorged", wanted, *names, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(DEADLINE * 2):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0
    return {names[told["url"]]: told for told in map(json.loads, output.splitlines())}


@pytest.fixture
async def doubles() -> AsyncIterator[dict[str, Double]]:
    """A server for each answer that costs little of a core to refuse; `python -m tests.fuzz --endless` has them all."""
    async with AsyncExitStack() as stack:
        cheap = {name: each for name, each in ANSWERS.items() if not each.costly}
        yield {name: await stack.enter_async_context(Double(each.script)) for name, each in cheap.items()}


async def test_answers_without_end_end_in_a_failure_within_bounded_memory(doubles: dict[str, Double]) -> None:
    told = await gorged("client", doubles)
    assert told.keys() == doubles.keys()
    assert not {name: each for name, each in told.items() if each["kind"] not in ANSWERS[name].kinds}
    assert all(each["evidence"] for each in told.values() if each["kind"] != "none")
    assert not {name: each["peak"] for name, each in told.items() if each["peak"] > MOST}


async def test_of_an_agent_as_much_is_taken_as_fits(doubles: dict[str, Double]) -> None:
    told = await gorged("agent", doubles)
    taken = {name: each["agent"] for name, each in told.items() if each["agent"] is not None}
    assert taken.keys() == {name for name in doubles if ANSWERS[name].agent}
    assert max(taken.values()) <= BODY_LIMIT
    assert not {name: each["peak"] for name, each in told.items() if each["peak"] > MOST // 4}


async def test_a_websocket_that_never_stops_is_closed() -> None:
    async with AsyncExitStack() as stack:
        doubles = {
            name: await stack.enter_async_context(Double(websocket(frames))) for name, (frames, _) in FRAMES.items()
        }
        told = await gorged("websocket", doubles)
    assert {name: each["heard"] for name, each in told.items()} == {name: heard for name, (_, heard) in FRAMES.items()}
    assert not {name: each["peak"] for name, each in told.items() if each["peak"] > MOST // 4}


async def test_a_websocket_that_is_refused_byte_by_byte_ends_in_time() -> None:
    async with Double(ANSWERS["a byte at a time"].script) as double:
        told = await gorged("websocket", {"": double})
    assert told[""]["kind"] == "unexpected"
    assert told[""]["evidence"].startswith('200 "11')


async def test_the_engine_goes_on_and_says_what_is_wrong_until_all_is_well() -> None:
    script = websocket(())

    async def whatever_it_is(connection: Connection) -> None:
        await script(connection)

    async with Double(whatever_it_is) as double:
        clock = SystemClock()
        pace = Pace(auth=0.2, connect_timeout=CONNECT, read_timeout=READ)
        state = MonitorState(double.address.url, PathState(double.address), clock.now(), pace=pace)
        engine = MonitorEngine(state, clock)
        watched = Watched(engine)
        engine.start()
        try:
            for name in ENGINE_MEETS:
                script = ANSWERS[name].script
                began = clock.now()
                found = await asyncio.to_thread(watched.until, partial(_looked, since=began))
                assert found.session.auth is not None
                assert isinstance(found.session.auth.outcome, Failure), name
                assert verdict(found, clock.now()).seen, name
            script = Endless(_GOOD, frozenset()).script
            found = await asyncio.to_thread(watched.until, lambda state: state.session.status is not None)
        finally:
            await asyncio.to_thread(engine.stop)
        assert verdict(found, clock.now()).name == "ready"
        assert not found.faults


def _looked(state: MonitorState, since: Moment) -> bool:
    """Whether the session was asked about, and answered, since then."""
    auth = state.session.auth
    return auth is not None and auth.asked.seconds_since(since) > 0
