"""What others have done on the engine's loop: kept until it runs, cancelled with it, refused after it."""

import asyncio
import threading
from typing import Any

import pytest

from tests.support.clock import ManualClock, settle
from tests.support.ports import free_port
from tests.support.waiting import DEADLINE
from tui.clock import SystemClock
from tui.domain.address import parse_address
from tui.domain.path import PathState
from tui.domain.state import MonitorState
from tui.engine.beside import Beside
from tui.engine.core import Core
from tui.engine.thread import MonitorEngine


async def test_it_is_kept_until_there_is_a_loop_and_given_the_core() -> None:
    beside, given = Beside(ManualClock()), []

    async def doing(core: Any) -> None:
        given.append(core)

    assert beside.put(doing)
    await settle()
    assert given == []
    core = object()
    beside.open(core)
    assert beside.put(doing)
    await settle()
    assert given == [core, core]
    await beside.aclose()


async def test_what_is_under_way_is_cancelled_and_nothing_is_taken_after_the_end() -> None:
    beside, ended = Beside(ManualClock()), []
    beside.open(None)

    async def for_ever(_core: Any) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    assert beside.put(for_ever)
    await settle()
    assert beside.put(for_ever)  # right before the end: it learns of it as well
    await beside.aclose()
    assert ended == [True, True]
    assert not beside.put(for_ever)


async def test_what_was_never_begun_is_given_up_and_what_was_is_not() -> None:
    beside, given_up = Beside(ManualClock()), []

    async def doing(_core: Any) -> None:
        return None

    assert beside.put(doing, lambda: given_up.append("early"))
    beside.end()
    beside.end()
    assert given_up == ["early"]
    assert not beside.put(doing, lambda: given_up.append("late"))
    begun = Beside(ManualClock())
    assert begun.put(doing, lambda: given_up.append("begun"))
    begun.open(None)
    await begun.aclose()
    assert given_up == ["early"]


def test_an_engine_that_dies_before_its_loop_runs_gives_up_what_it_took(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no client")

    monkeypatch.setattr("tui.gateway.client.GatewayClient", broken)
    address = parse_address(f"https://127.0.0.1:{free_port()}")
    clock = SystemClock()
    engine = MonitorEngine(MonitorState(address.url, PathState(address), clock.now()), clock, shared=False)
    given_up = threading.Event()

    async def doing(_core: Any) -> None:
        raise AssertionError("there is no loop")

    assert engine.run_on_loop(doing, given_up.set)
    engine.start()
    assert given_up.wait(DEADLINE)
    engine.stop()


async def test_one_that_raises_takes_nobody_with_it(caplog: pytest.LogCaptureFixture) -> None:
    beside = Beside(ManualClock())
    beside.open(None)

    async def broken(_core: Any) -> None:
        raise ValueError("no")

    assert beside.put(broken)
    await settle()
    await beside.aclose()


def test_an_engine_does_it_on_its_own_thread_even_if_it_was_asked_before_its_start() -> None:
    address = parse_address(f"https://127.0.0.1:{free_port()}")
    clock = SystemClock()
    engine = MonitorEngine(MonitorState(address.url, PathState(address), clock.now()), clock, shared=False)
    done, seen = threading.Event(), []

    async def doing(core: Core) -> None:
        seen.append((threading.current_thread().name, core.gateway))
        done.set()

    assert engine.run_on_loop(doing)
    engine.start()
    try:
        assert done.wait(DEADLINE)
        assert seen == [("cpwatch-engine", address.url)]
    finally:
        engine.stop()
    assert not engine.run_on_loop(doing)
