"""The engine behind a wire with faults: the contract's verdict within two polls, and live again without a key.

What is expected stands here as the contract's table has it, for a gateway on this machine behind no tunnel.
"""

import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import tui.simulator
from tests.support.doubles import CERTIFICATE
from tests.support.wire_faults import (
    ALERT,
    EMPTY,
    GARBAGE,
    LAPSED,
    NO_TLS_HERE,
    PORTAL,
    PORTAL_511,
    TO_PORTAL,
    Answers,
    Closes,
    Continues,
    Cuts,
    CutsHandshake,
    CutsRecord,
    Delays,
    Drops,
    Elsewhere,
    Follows,
    Hangs,
    Impostor,
    Late,
    LosesAnswers,
    Old,
    OneBehind,
    Refused,
    Says,
    Throttles,
    Truncates,
    Unanswered,
    Undercounts,
)
from tests.support.wire_trials import Case, Trial, try_all
from tui.domain.session import Tickle
from tui.simulator.child import SimulatorChild

pytestmark = pytest.mark.live

PortOf = Callable[[bool], int]


@pytest.fixture(scope="module")
def port_of() -> Iterator[PortOf]:
    """The ports of two gateways, each started once it is wanted: with TLS, and without behind what tampers."""
    children: dict[bool, SimulatorChild] = {}

    def port(http: bool) -> int:
        if http not in children:
            children[http] = SimulatorChild(tls=not http).start()
            children[http].set_pacing(on=False)  # many engines at once, and it is not the budget that is tried
        return children[http].port

    yield port
    for child in children.values():
        child.stop()


@pytest.fixture(autouse=True)
def _no_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first questions of a start would make the first polls wait."""
    monkeypatch.setattr("tui.engine.record.BUCKET", 1000)


def another_certificate() -> ssl.SSLContext:
    """The gateway's own: nobody vouches for it, and it has expired."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    folder = Path(tui.simulator.__file__).parent
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


GROUPS: dict[str, list[Case]] = {
    "connections": [
        Case("refused", Refused(), "gateway_down"),
        Case("closed at once", Closes(), "gateway_down"),
        Case("reset at once", Closes(reset=True), "gateway_down"),
        Case("no connection comes up", Unanswered(), "unreachable", first="backend_hung"),
        Case("taken, then silence", Drops(), "unreachable", first="backend_hung"),
        Case("half-open, nothing goes up", Drops(down=False), "unreachable", first="backend_hung"),
        Case("half-open, nothing comes down", Drops(up=False), "unreachable", first="backend_hung"),
    ],
    "TLS": [
        Case("garbage for a handshake", Says(GARBAGE), "not_a_gateway"),
        Case("an alert for a handshake", Says(ALERT, then_closes=True), "not_a_gateway"),
        Case("the handshake cut", CutsHandshake(), "gateway_down"),
        Case("the handshake cut by a reset", CutsHandshake(reset=True), "gateway_down"),
        Case("a record cut", CutsRecord(), "gateway_down"),
        Case("a record cut by a reset", CutsRecord(reset=True), "gateway_down"),
        Case("an HTTP answer for a handshake", Says(PORTAL, then_closes=True), "not_a_gateway"),
    ],
    "speed": [
        Case("every byte late", Delays(0.1, jitter=0.1), "ready"),
        Case("a trickle", Throttles(4000), "ready"),
        Case("the handshake too late", Delays(2.0), "unreachable", first="backend_hung"),
        Case("answers too late", Delays(4.0, encrypted=True), "backend_hung"),
        Case("answers later than anyone waits", Late(2.5), "backend_hung", http=True),
        Case("answers hang", Hangs(), "backend_hung", http=True),
        Case("100 Continue without an end", Continues(0.2), "backend_hung", http=True),
        Case(
            "an answer stops, and the connection stays", Truncates(chunked=True, then="hold"), "backend_hung", http=True
        ),
    ],
    "broken answers": [
        Case("cut within the counted body", Truncates(), "not_a_gateway", http=True),
        Case("cut within a chunk", Truncates(chunked=True), "not_a_gateway", http=True),
        Case("reset within a chunk", Truncates(chunked=True, then="reset"), "not_a_gateway", http=True),
        Case("garbage for an answer", Answers(GARBAGE), "not_a_gateway", http=True),
        Case("no body at all", Answers(EMPTY), "not_a_gateway", http=True),
        Case("half the body counted", Undercounts(), "not_a_gateway", http=True),
        Case("taken and closed without an answer", LosesAnswers(), "gateway_down", http=True),
    ],
    "others' answers": [
        Case("a captive portal's page", Answers(PORTAL), "not_a_gateway", http=True),
        Case("on to a captive portal", Answers(TO_PORTAL), "not_a_gateway", http=True),
        Case("a captive portal that says so", Answers(PORTAL_511), "not_a_gateway", http=True),
        Case(
            "another certificate", Impostor(another_certificate()), "untrusted_certificate", http=True, ca=CERTIFICATE
        ),
        Case("another server that wants TLS", Answers(NO_TLS_HERE, then_closes=True), "not_a_gateway", http=True),
    ],
    "odd answers": [
        Case("100 Continue first", Continues(), "ready", http=True),
        Case("HTTP/1.0, closed after each", Old(), "ready", http=True),
        Case("each answer twice", Follows(), "ready", http=True),
        Case("each answer once and a half", Follows(cut=40), "ready", http=True),
        Case("each answer twice, in two records", Follows(apart=True), "ready", http=True),
        Case("an answer to nothing behind each", Follows(LAPSED), "ready", http=True),
        Case("one behind", OneBehind(), "ready", http=True),
        Case("kept connections cut", Cuts(), "ready", http=True),
        Case("kept connections reset", Cuts(reset=True), "ready", http=True),
        Case("bad weather", Delays(0.2, jitter=0.5, share=0.3, encrypted=True), "ready"),
    ],
}


@pytest.mark.parametrize("group", list(GROUPS))
def test_each_fault_is_told_within_two_polls_and_forgotten_within_two(group: str, port_of: PortOf) -> None:
    assert try_all(GROUPS[group], port_of) == []


def test_a_gateway_that_comes_back_without_tls_is_told_by_the_other_scheme(port_of: PortOf) -> None:
    with Trial(port_of(False)) as trial:
        assert trial.live() is None
        assert trial.becomes("wrong_scheme", trial.set(Elsewhere(port_of(True)))) is None
        assert trial.becomes("ready", trial.heal(), "wrong_scheme") is None


def test_a_start_into_a_hang_is_made_good_with_a_tickle_once_it_is_over(port_of: PortOf) -> None:
    with Trial(port_of(True), http=True, fault=Hangs()) as trial:
        assert trial.becomes("backend_hung", 0.0) is None
        assert trial.until(lambda: trial.state.session.keep_alive.failures > 0)
        assert trial.becomes("ready", trial.heal(), "backend_hung") is None
        # Its minute is not over: it goes out because the outage is.
        assert trial.until(lambda: trial.state.session.keep_alive.failures == 0)
        assert trial.state.session.tickle is not None
        assert isinstance(trial.state.session.tickle.outcome, Tickle)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files as Linux tells them")
def test_faults_one_after_another_leave_nothing_behind(port_of: PortOf) -> None:
    def opened() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    port_of(False)
    before, threads = opened(), threading.active_count()
    with Trial(port_of(False)) as trial:
        assert trial.live() is None
        files, tasks = opened(), trial.tasks
        for fault in (Closes(reset=True), CutsHandshake()) * 2:
            assert trial.becomes("gateway_down", trial.set(fault)) is None
            assert trial.becomes("ready", trial.heal(), "gateway_down") is None
        assert trial.until(lambda: opened() <= files and trial.tasks <= tasks)
    assert (opened(), threading.active_count()) == (before, threads)
