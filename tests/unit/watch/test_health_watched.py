"""The health server beside a watch, on a clock that the test drives: what it counts, and that asking costs nothing."""

import contextlib
from typing import Any

import pytest

from tests.support.rig import rig
from tests.support.watching import watched
from tests.unit.watch.test_metrics import labelled, one, parsed
from tui.simulator.scenarios import Scenario
from tui.watch import health
from tui.watch.health import HealthServer, listen
from tui.watch.http import Request


def status(server: HealthServer, path: str) -> int:
    """What it answers to that."""
    return server.answer(Request(path, {"host": "127.0.0.1"})).status


async def test_an_hour_of_a_watch_as_it_is_told_to_prometheus() -> None:
    engine = rig()
    with contextlib.closing(listen("127.0.0.1:0", None)) as listening:
        server = HealthServer(listening, engine.clock)
        async with watched(engine, services=[server]) as watch:
            await watch.advance(3700.0)
            assert listening.url in watch.text
            before = dict(engine.gateway.journal.counters)
            assert [status(server, path) for path in ("/livez", "/readyz", "/state", "/metrics")] * 50 == [200] * 200
            assert dict(engine.gateway.journal.counters) == before
            good = parsed(server.answer(Request("/metrics", {"host": ""})).body)
            engine.gateway.set_scenario(Scenario.LOGIN_REQUIRED)
            await watch.advance(120.0)
            assert (status(server, "/livez"), status(server, "/readyz")) == (200, 503)
            bad = parsed(server.answer(Request("/metrics", {"host": ""})).body)
    tickles = engine.asked("/tickle")
    due = one(good, "cpwatch_tickles_due_total")
    assert due == one(good, "cpwatch_tickles_sent_total")
    assert due == labelled(good, "cpwatch_tickles_answered_total")[("this",)]
    assert due is not None
    assert 60 <= due <= 64
    assert one(bad, "cpwatch_tickles_sent_total") == tickles
    assert labelled(bad, "cpwatch_verdict")[("login_required",)] == 1
    assert one(bad, "cpwatch_verdict_changes_total") == (one(good, "cpwatch_verdict_changes_total") or 0) + 1


async def test_after_a_defect_it_serves_again_at_the_same_port(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = rig()
    tries: list[int] = []
    serve = health.serve

    async def failing(*given: Any) -> None:
        tries.append(given[0].getsockname()[1])
        if len(tries) == 1:
            given[0].close()
            raise ValueError("a defect")
        await serve(*given)

    monkeypatch.setattr(health, "serve", failing)
    listening = listen("127.0.0.1:0", None)
    server = HealthServer(listening, engine.clock)
    async with watched(engine, services=[server]) as watch:
        await watch.advance(60.0)
        assert len(tries) == 2
        assert len(set(tries)) == 1
        assert watch.watcher._subscribers.count(server.take) == 1
        assert status(server, "/readyz") == 200
    assert listening.socket.fileno() == -1
