"""Asking at this machine's own addresses: one request each, within the budget, and what each answer means."""

import asyncio
import threading
from collections.abc import Callable

import httpx
import pytest

from tests.support.clock import ManualClock, settle
from tests.support.fake_source import FakeSource
from tests.support.states import ready
from tui.clock import Clock, SystemClock
from tui.doctor.examining import Examining
from tui.domain.address import Address
from tui.domain.failure import Failure, FailureKind
from tui.domain.proof import Proof
from tui.engine.beside import Beside, Doing, Never
from tui.engine.budget import Budget
from tui.engine.proof import Knows, prove, prove_apart
from tui.gateway.own import let_in

HERE = Address("https", "127.0.0.1", 5000)
THERE = Address("https", "192.168.1.7", 5000)
LOGIN = {"Location": "/sso/Login?forwardTo=22&RL=1&ip2loc=US"}


class Engine:
    """A clock that is driven by hand, and a budget of its own."""

    def __init__(self) -> None:
        self.clock: Clock = ManualClock()
        self.budget = Budget(self.clock)


def answering(answer: httpx.Response, seen: list[httpx.Request]) -> httpx.MockTransport:
    """The network, which answers so."""

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answer

    return httpx.MockTransport(handle)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.Response(302, headers=LOGIN), None),
        (httpx.Response(404, content=b"Access Denied"), FailureKind.DENIED),
        (httpx.Response(500, content=b"Internal Server Error"), FailureKind.MISCONFIGURED),
        (httpx.Response(404, content=b"Not Found"), FailureKind.NOT_A_GATEWAY),
        (httpx.Response(200, content=b"<h1>hello \x1b]0;x\x07</h1>"), FailureKind.NOT_A_GATEWAY),
        (httpx.Response(302, headers={"Location": "https://example.net/"}), FailureKind.NOT_A_GATEWAY),
    ],
)
async def test_the_gateways_own_page_tells_whether_one_is_let_in(
    answer: httpx.Response, expected: FailureKind | None
) -> None:
    seen: list[httpx.Request] = []
    failure = await let_in(THERE, ManualClock(), answering(answer, seen))
    assert (None if failure is None else failure.kind) is expected
    assert [(each.method, str(each.url)) for each in seen] == [("GET", "https://192.168.1.7:5000/")]
    assert {"cookie", "authorization"}.isdisjoint(seen[0].headers)
    assert failure is None or failure.evidence.isprintable()


async def test_a_refusal_is_an_answer_too() -> None:
    def refused(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("All connection attempts failed")

    failure = await let_in(HERE, ManualClock(), httpx.MockTransport(refused))
    assert failure is not None


async def test_each_is_asked_once_and_told_as_it_comes() -> None:
    asked: list[Address] = []
    told: list[Proof] = []
    denied = Failure(FailureKind.DENIED, "404")

    async def ask(address: Address, clock: Clock) -> Failure | None:
        asked.append(address)
        assert len(told) == len(asked) - 1
        return denied if address is THERE else None

    engine: Knows = Engine()
    await prove(engine, (HERE, THERE), told.append, ask)
    assert asked == [HERE, THERE]
    assert told == [Proof(HERE), Proof(THERE, denied)]


async def test_a_defect_is_told_and_ends_nothing() -> None:
    told: list[Proof] = []

    async def ask(address: Address, clock: Clock) -> Failure | None:
        if address is HERE:
            raise RuntimeError("\x1b[31m")
        return None

    await prove(Engine(), (HERE, THERE), told.append, ask)
    failure = told[0].failure
    assert failure is not None
    assert "RuntimeError" in failure.evidence
    assert failure.evidence.isprintable()
    assert told[1] == Proof(THERE)


async def test_what_a_limit_holds_is_not_asked() -> None:
    engine, told = Engine(), list[Proof]()
    engine.budget.limited("GET /", 600.0)
    engine.budget.limited("POST /v1/api/tickle", 600.0)

    async def ask(address: Address, clock: Clock) -> Failure | None:
        raise AssertionError("it was asked")

    done = asyncio.ensure_future(prove(engine, (HERE,), told.append, ask))
    assert isinstance(engine.clock, ManualClock)
    await engine.clock.advance(20)
    await asyncio.wait_for(done, 5)
    assert len(told) == 1
    assert told[0].held > 0


async def test_the_monitors_source_asks_on_its_engines_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Proof] = []

    async def ask(core: Knows, addresses: tuple[Address, ...], tell: Callable[[Proof], None]) -> None:
        for each in addresses:
            tell(Proof(each))

    monkeypatch.setattr("tui.engine.proof.prove", ask)
    beside = Beside(ManualClock())

    class Source(FakeSource):
        def run_on_loop(self, doing: Doing, never: Never = lambda: None) -> bool:
            return beside.put(doing, never)

    async def no_checks(*_: object) -> None:
        return None

    source = Examining(Source(ready()), no_checks)
    assert source.prove((HERE,), told.append)
    assert told == []
    beside.open(None)
    await settle()
    assert told == [Proof(HERE)]
    await beside.aclose()
    assert not source.prove((HERE,), told.append)


def test_without_an_engine_it_runs_on_a_thread_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    came = threading.Event()
    told: list[tuple[Proof, str]] = []
    monkeypatch.setattr("tui.engine.shared_record.shared_record", lambda address, clock: None)

    def tell(proof: Proof) -> None:
        told.append((proof, threading.current_thread().name))
        came.set()

    closed = Address("https", "127.0.0.1", 1)
    assert prove_apart(SystemClock(), (closed,), tell)
    assert came.wait(20)
    ((proof, thread),) = told
    assert thread == "cpwatch-proof"
    assert proof.failure is not None
    assert proof.failure.kind is FailureKind.REFUSED
