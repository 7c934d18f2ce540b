"""Targets: every answer of a gateway, from its bytes on the wire to the panes, whatever stands in between."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx

from tests.fuzz.shown import Screen
from tests.fuzz.target import Message, Target, joined, message, messages
from tests.support.clock import ManualClock
from tests.support.parts import ACCOUNT
from tests.support.recordings import JUNK, all_names, body, recorded
from tests.support.states import ready
from tui.domain.address import Address, parse_address
from tui.domain.events import (
    AccountsSeen,
    AuthSeen,
    BrokerageAccountsSeen,
    Event,
    ExposureSeen,
    LedgerSeen,
    LoginSeen,
    PnlSeen,
    PositionsSeen,
    Probed,
    ReopenSeen,
    SummarySeen,
    TickleSeen,
    TimePassed,
)
from tui.domain.failure import Failure
from tui.domain.path import Timing
from tui.domain.reduce import reduce
from tui.domain.state import MonitorState
from tui.engine.record import Record
from tui.engine.record_text import from_text, to_text
from tui.gateway.answers import payload
from tui.gateway.book import BookReader, parsed_page
from tui.gateway.client import Answer, GatewayClient
from tui.gateway.errors import GatewayError
from tui.gateway.received import Received
from tui.gateway.stranger import look_as_stranger
from tui.gateway.translate import position_rows, with_own_keys

ADDRESSES = (
    "https://localhost:5000",
    "https://quiet-otter-17.ngrok-free.app",
    "https://calm-river-fits-here.trycloudflare.com",
    "http://gw.example.net",
    "https://box.tail1234.ts.net",
)
HEADS: tuple[Mapping[str, str], ...] = (
    {},
    {"date": "Mon, 30 Nov 2026 19:11:17 GMT", "server-timing": "edge; dur=4, origin; dur=37"},
    {"location": "https://localhost:5000/sso/Login?forwardTo=22", "x-response-time": "17ms"},
    {"location": "https://gdcdyn.interactivebrokers.com/sso/Login"},
    {"content-encoding": "gzip", "content-length": "21"},
    {"server": "cloudflare", "cf-ray": "8f1", "retry-after": "17"},
    {"ngrok-error-code": "ERR_NGROK_3200"},
    {"www-authenticate": 'Basic realm="x"', "server": "AirTunes/550.10"},
)
STATUSES = (200, 200, 400, 401, 403, 404, 429, 500, 502, 503, 302, 530)
PAGES = (
    b"Access Denied",
    b"Internal Server Error",
    b'{"error":"no session"}',
    b"Error 400 - bad request: no bridge",
    b"error code: 1033",
    b'<html><div class="cf-error-details">Error 1033</div><span class="cf-error-code">1033</span></html>',
    b'{"cloudflare_error":true,"error_code":1015}',
    b"",
)
WORDS = (
    b"null", b"true", b"1e999999", b"-0", b"1E+39", b"NaN", b"Infinity", b'"\\ud800"', b'"\\u001b[31m"', b'"\\u202e"',
    b"9" * 60, b"1e-39", b"0.00000000000000000001", b'"[b]x[/b]"', b"253402300799999", b"[[[[", b'{"a":{',
    b'"1,005,254 USD"', b'"\\u0000"', b'"20271345"', b'"JAN 15 \'27"', b'"ES DEC 26"', b"gzip",
    b"content-encoding: deflate\n", b"date: Fri, 31 Dec 9999 23:59:59 -2359\n", b"retry-after: 99999\n",
    b"location: //[::1", b"location: https://\xff", b"server-timing: origin; dur=9999999\n", b'"\xf0\x9f\x91\xa9"',
    b'"\\u0301\\u0301"', b'"\xe2\x80\x8f"', b"1e40", b'"conid"', b'"strike"', b'"multiplier"', b'"authenticated"',
    b'"competing"',
)  # fmt: skip
Outcome = Callable[[Any], Iterable[Event]]


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked of a gateway. names: recordings that answer it. events: what its answer brings."""

    name: str
    ask: Callable[[GatewayClient], Awaitable[Any]]
    events: Callable[[MonitorState, Any], Iterable[Event]]
    names: tuple[str, ...] = ()
    answers: tuple[Any, ...] = ()


class Asked:
    """Puts an input's answers before a client, and what comes of them onto the screen."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._loop = asyncio.new_event_loop()
        self._screen = Screen()
        self._base = ready()
        self._clock = ManualClock()

    def __call__(self, data: bytes) -> None:
        self._screen.draw(self.state(data))

    def state(self, data: bytes) -> MonitorState:
        """What is known after these answers."""
        answers = messages(data)
        url = answers[0].path if answers[0].path in ADDRESSES else ADDRESSES[0]
        outcome = self._loop.run_until_complete(self._outcome(parse_address(url), answers))
        path = replace(self._base.path, address=parse_address(url))
        state = replace(self._base, path=path)
        for event in self._question.events(state, outcome):
            state = reduce(state, event)
        return reduce(state, TimePassed(state.gateway, self._clock.now()))

    async def _outcome(self, address: Address, answers: list[Message]) -> Any:
        left = list(answers)

        def answer(_: httpx.Request) -> httpx.Response:
            found = left.pop(0) if len(left) > 1 else left[0]
            # As from a socket: what is given as `content` is read and unpacked already.
            return httpx.Response(found.status, headers=list(found.headers), stream=httpx.ByteStream(found.body))

        client = GatewayClient(address, clock=self._clock, transport=httpx.MockTransport(answer))
        try:
            return await self._question.ask(client)
        except GatewayError as error:
            return error.failure
        finally:
            assert client.dated is None or client.dated.value.tzinfo is not None
            await client.aclose()


def _value(outcome: Any) -> Any:
    return outcome.value if isinstance(outcome, Answer) else outcome


def _timing(outcome: Any) -> Timing:
    return outcome.timing if isinstance(outcome, Answer) else Timing()


def auth_events(state: MonitorState, outcome: Any) -> Iterable[Event]:
    now = ManualClock().now()
    yield AuthSeen(state.gateway, now, now, _value(outcome), _timing(outcome))
    yield ReopenSeen(state.gateway, now, _value(outcome))


def _tickle(state: MonitorState, outcome: Any) -> Iterable[Event]:
    now = ManualClock().now()
    yield TickleSeen(state.gateway, now, now, _value(outcome), _timing(outcome), now.plus(60.0))


def _login(state: MonitorState, outcome: Any) -> Iterable[Event]:
    now = ManualClock().now()
    login = _value(outcome)
    if not isinstance(login, Failure):
        yield LoginSeen(state.gateway, now, login)
        # The login's age is shared with other processes by a file.
        text = to_text(Record(login=login, login_seen_at=now.wall.timestamp()), "localhost:5000", now.wall.timestamp())
        assert from_text(text.encode(), "localhost:5000").login is not None


def _accounts(state: MonitorState, outcome: Any) -> Iterable[Event]:
    now = ManualClock().now()
    yield AccountsSeen(state.gateway, now, _value(outcome))


def _brokerage(state: MonitorState, outcome: Any) -> Iterable[Event]:
    found = _value(outcome)
    if not isinstance(found, Failure):
        yield BrokerageAccountsSeen(state.gateway, ManualClock().now(), found)


def _visible(state: MonitorState) -> str:
    assert state.accounts.visible is not None
    return state.accounts.visible


def _summary(state: MonitorState, outcome: Any) -> Iterable[Event]:
    yield SummarySeen(state.gateway, ManualClock().now(), _visible(state), _value(outcome))


def _ledger(state: MonitorState, outcome: Any) -> Iterable[Event]:
    yield LedgerSeen(state.gateway, ManualClock().now(), _visible(state), _value(outcome))


def _pnl(state: MonitorState, outcome: Any) -> Iterable[Event]:
    if (found := _value(outcome)) is not None:
        yield PnlSeen(state.gateway, ManualClock().now(), found)


def _positions(state: MonitorState, outcome: Any) -> Iterable[Event]:
    yield PositionsSeen(state.gateway, ManualClock().now(), _visible(state), _value(outcome))


def _probed(state: MonitorState, outcome: Any) -> Iterable[Event]:
    failure = outcome if isinstance(outcome, Failure) else None
    timing = outcome if isinstance(outcome, Timing) else Timing()
    yield Probed(state.gateway, ManualClock().now(), timing, failure)


def _other_scheme(state: MonitorState, outcome: Any) -> Iterable[Event]:
    now = ManualClock().now()
    if isinstance(outcome, Failure):
        yield AuthSeen(state.gateway, now, now, outcome, Timing())


STATUS = {
    "authenticated": True, "competing": False, "connected": True, "message": "", "established": True,
    "MAC": "98:F2:B3:23:BF:A0",
    "serverInfo": {"serverName": "JifN19053", "serverVersion": "Build 10.25.0p"}, "fail": "",
}  # fmt: skip
TICKLE = {
    "session": "bb665d0f55b6289d70bc7380089fc96f",
    "hmds": {"error": "no bridge"},
    "iserver": {"authStatus": STATUS},
}
ACCOUNTS = [
    {"id": ACCOUNT, "accountId": ACCOUNT, "accountAlias": "mine", "currency": "USD", "type": "DEMO", "faclient": False}
]
BROKERAGE = {"accounts": [ACCOUNT], "aliases": {ACCOUNT: "mine"}, "isPaper": True}

QUESTIONS = (
    Question("auth", lambda client: client.auth_status(), auth_events, answers=(STATUS,)),
    Question("tickle", lambda client: client.tickle(), _tickle, answers=(TICKLE,)),
    Question("validate", lambda client: client.sso_validate(), _login, ("sso_validate", "sso_validate_described")),
    Question("accounts", lambda client: client.portfolio_accounts(), _accounts, answers=(ACCOUNTS,)),
    Question("brokerage", lambda client: client.brokerage_accounts(), _brokerage, answers=(BROKERAGE,)),
    Question("subaccounts", lambda client: client.subaccounts(), _accounts, ("subaccounts", "subaccounts2")),
    Question("summary", lambda client: client.summary(ACCOUNT), _summary, ("summary", "summary_seconds")),
    Question("ledger", lambda client: client.ledger(ACCOUNT), _ledger, ("ledger",)),
    Question("pnl", lambda client: client.pnl(), _pnl, ("pnl", "pnl_models", "pnl_unprimed")),
    Question(
        "positions", lambda client: client.positions(ACCOUNT), _positions, ("positions_direct", "positions_minimal")
    ),
    Question("pages", lambda client: client.rich_positions(ACCOUNT), _positions, ("positions_rich",)),
    Question("other-scheme", lambda client: client.other_scheme(), _other_scheme),
    Question("own-page", lambda client: client.own_answer(), _probed),
)


def seeds(question: Question) -> Iterable[bytes]:
    values = [*(recorded(name) for name in question.names if name in all_names()), *question.answers]
    bodies = [json.dumps(value, default=str).encode() for value in values]
    for each in bodies:
        yield from [message(each).encoded] * 12  # most of what goes wrong begins with an answer that is right
        yield joined((message(each), message(b"[]"), message(b"oops", 500)))
    for at, status in enumerate(STATUSES):
        page, head = (*bodies, *PAGES)[at % (len(bodies) + len(PAGES))], HEADS[at % len(HEADS)]
        yield message(page, status, ADDRESSES[at % len(ADDRESSES)], head).encoded
    for at, page in enumerate(PAGES):
        yield message(page, STATUSES[-1 - at], ADDRESSES[at % len(ADDRESSES)], HEADS[-1 - at]).encoded
    for junk in JUNK[::7]:
        yield message(body(junk)).encoded


class _Stranger:
    """A look from outside, and what the panes say of it."""

    def __init__(self) -> None:
        self._loop, self._screen = asyncio.new_event_loop(), Screen()

    def __call__(self, data: bytes) -> None:
        found = messages(data)[0]
        url = found.path if found.path in ADDRESSES[1:] else ADDRESSES[1]

        def answer(_: httpx.Request) -> httpx.Response:
            return httpx.Response(found.status, headers=list(found.headers), stream=httpx.ByteStream(found.body))

        clock = ManualClock()
        probe = self._loop.run_until_complete(look_as_stranger(parse_address(url), clock, httpx.MockTransport(answer)))
        state = ready()
        self._screen.draw(reduce(state, ExposureSeen(state.gateway, clock.now(), (probe,))))


class _Book:
    """Positions that are read by what has changed, against the same answers parsed as a whole, one after the other."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()

    def __call__(self, data: bytes) -> None:
        self._loop.run_until_complete(self._read([each.body for each in messages(data)]))

    async def _read(self, bodies: list[bytes]) -> None:
        reader = BookReader(ManualClock())
        for at, text in enumerate(bodies):
            page = await reader.read(text, ACCOUNT)
            if page is None:
                continue
            whole = payload(Received(200, httpx.Headers(), text), decides=False)
            assert not isinstance(whole, Failure)
            expected = parsed_page(position_rows(whole), ACCOUNT)
            assert with_own_keys(page.rows) == with_own_keys(expected.rows)
            assert (page.received, page.full) == (expected.received, expected.full)
            if at == 0:
                assert [dict(row.sent) for row in page.rows] == [dict(row.sent) for row in expected.rows]
                assert page.as_of == expected.as_of


def _book_seeds() -> Iterable[bytes]:
    for name in ("positions_direct", "positions_minimal", "positions_rich"):
        text = json.dumps(recorded(name), default=float, separators=(",", ":")).encode()
        moved = text.replace(b"1.", b"2.").replace(b'"timestamp":1', b'"timestamp":2')
        yield joined((message(text), message(moved), message(text)))
        yield joined((message(moved), message(text.replace(b"[", b"[[", 1)), message(moved)))


def targets() -> Iterable[Target]:
    """Those of this module."""
    yield Target(
        "gateway-book", _Book(), _book_seeds, (*WORDS, b'},{"acctId":', b'"timestamp":', b"}", b'"', b",", b"]")
    )
    for question in QUESTIONS:
        yield Target(f"gateway-{question.name}", Asked(question), lambda question=question: seeds(question), WORDS)
    yield Target("gateway-stranger", _Stranger(), lambda: seeds(QUESTIONS[0]), WORDS)
