"""The engine on its thread, over real sockets: it starts at once, follows the gateway, and stops at once."""

import threading
from dataclasses import replace

import pytest

from tests.support.ports import free_port
from tests.support.waiting import Watched, wait_until
from tui.clock import SystemClock
from tui.domain.address import parse_address
from tui.domain.path import PathState
from tui.domain.state import MonitorState, Pace
from tui.domain.verdict import VerdictName, verdict
from tui.engine.thread import MonitorEngine
from tui.simulator.child import SimulatorChild

pytestmark = pytest.mark.live

QUICK = Pace(auth=0.2, tickle=0.5, accounts=5.0, summary=1.0, positions=0.5)


def engine_for(url: str, pace: Pace = QUICK) -> MonitorEngine:
    clock = SystemClock()
    address = parse_address(url)
    return MonitorEngine(MonitorState(address.url, PathState(address), clock.now(), pace=pace), clock)


def name(engine: MonitorEngine, state: MonitorState) -> VerdictName:
    return verdict(state, engine.clock.now()).name


def test_a_gateway_is_followed_through_its_death_and_return() -> None:
    with SimulatorChild() as child:
        engine = engine_for(child.url)
        watched = Watched(engine)
        engine.start()
        try:
            watched.until(lambda state: name(engine, state) == "ready" and bool(state.positions.books))
            child.kill()
            watched.until(lambda state: name(engine, state) == "gateway_down")
            with SimulatorChild(port=child.port):
                watched.until(lambda state: name(engine, state) == "ready")
        finally:
            engine.stop()
        assert not engine.alive


def test_an_account_is_chosen_from_another_thread() -> None:
    with SimulatorChild(accounts=2) as child:
        engine = engine_for(child.url)
        watched = Watched(engine)
        engine.start()
        try:
            first = watched.until(lambda state: bool(state.positions.books))
            other = first.accounts.all[1].id
            engine.choose_account(other)
            watched.until(lambda state: other in state.positions.books)
        finally:
            engine.stop()


def test_a_lapsed_session_is_re_opened_from_another_thread_and_everything_asked_anew() -> None:
    with SimulatorChild(scenario="lapsed") as child:
        engine = engine_for(child.url)
        engine.reopen(False)
        engine.refresh()  # before it runs: nobody to ask
        watched = Watched(engine)
        engine.start()
        try:
            watched.until(lambda state: name(engine, state) == "session_lapsed")
            engine.reopen(False)
            state = watched.until(lambda state: name(engine, state) == "ready")
            assert state.reopening is not None
            assert not state.reopening.compete
            assert child.requests()["counters"]["POST /v1/api/iserver/auth/ssodh/init"] == 1
            engine.refresh()
            watched.until(lambda state: state.refreshed is not None and "session" in state.refreshed.value)
        finally:
            engine.stop()
        engine.reopen(True)
        engine.refresh()


def test_two_monitors_of_one_machine_send_one_keep_alive() -> None:
    with SimulatorChild() as child:
        engines = [engine_for(child.url, replace(QUICK, tickle=60.0)) for _ in range(2)]
        watched = [Watched(engine) for engine in engines]
        try:
            for engine, watcher in zip(engines, watched, strict=True):
                engine.start()
                watcher.until(lambda state: bool(state.session.keep_alive.slots) and state.session.login is True)
            assert [engine.snapshot.session.keep_alive.elsewhere for engine in engines] == [False, True]
            assert child.requests()["counters"]["POST /v1/api/tickle"] == 1
        finally:
            for engine in engines:
                engine.stop()


def test_it_stops_while_a_request_hangs() -> None:
    with SimulatorChild(scenario="backend-hung") as child:
        engine = engine_for(child.url)
        engine.start()
        wait_until(lambda: child.requests()["total"] > 0)
        engine.stop()
        assert not engine.alive


def test_stopping_is_harmless_before_the_start_and_twice() -> None:
    engine = engine_for(f"https://localhost:{free_port()}")
    engine.stop()
    engine.start()
    engine.stop()
    engine.stop()
    engine.choose_account("DU1234567")
    assert not engine.alive


def test_a_defect_that_ends_the_engine_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no more")

    monkeypatch.setattr("tui.engine.run.run_jobs", broken)
    engine = engine_for(f"https://localhost:{free_port()}")
    watched = Watched(engine)
    engine.start()
    state = watched.until(lambda state: bool(state.faults))
    assert "start cpwatch again" in state.journal[-1].text
    engine.stop()
    assert threading.active_count() < 50
