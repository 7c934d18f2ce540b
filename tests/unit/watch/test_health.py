"""What the health server answers, to whom, and that nothing which comes over its socket stops it."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from tests.support.clock import ManualClock
from tests.support.parts import ACCOUNT, NOW
from tests.support.states import STATES, login_required, ready
from tui.clock import Clock, Moment, SystemClock
from tui.domain.secret import Secret
from tui.domain.state import MonitorState
from tui.domain.verdict import verdict
from tui.watch.health import HUNG_AFTER, BadServe, HealthServer, Listening, listen, place
from tui.watch.http import AT_ONCE, WITHIN, Reply, Request, serve

TOKEN = "correct-horse-battery"
LIVE = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


class Still:
    """A Clock that stands at a moment that a test sets."""

    def __init__(self, at: Moment = NOW) -> None:
        self.at = at

    def now(self) -> Moment:
        """That moment."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Never ends."""
        raise AssertionError("nothing here sleeps")


def server(state: MonitorState | None = None, *, token: str | None = None, account_ids: bool = False) -> HealthServer:
    """A server that has seen that state and listens nowhere."""
    made = HealthServer(
        Listening(socket.socket(), None if token is None else Secret(token)), Still(), account_ids=account_ids
    )
    made.listening.close()
    if state is not None:
        made.take(state, verdict(state, NOW), NOW)
    return made


def asked(made: HealthServer, path: str, **headers: str) -> Reply:
    """What it answers."""
    return made.answer(Request(path, {"host": "127.0.0.1:9464", **headers}))


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("9464", ("127.0.0.1", 9464)),
        ("127.0.0.1:9464", ("127.0.0.1", 9464)),
        ("LocalHost:0", ("127.0.0.1", 0)),
        ("0.0.0.0:80", ("0.0.0.0", 80)),
        ("[::1]:9464", ("::1", 9464)),
    ],
)
def test_a_place_to_serve_at(text: str, where: tuple[str, int]) -> None:
    assert place(text) == where


@pytest.mark.parametrize(
    "text",
    ["", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:9464", "host.example:1", "[::1]", "1.2.3:1", "-1"],
)
def test_no_place_to_serve_at(text: str) -> None:
    with pytest.raises(BadServe, match=r"127\.0\.0\.1:"):
        place(text)


@pytest.mark.parametrize("where", ["0.0.0.0:0", "[::]:0", "192.0.2.7:0"])
def test_other_machines_need_a_token(where: str) -> None:
    with pytest.raises(BadServe, match="CPWATCH_SERVE_TOKEN"):
        listen(where, None)


@pytest.mark.parametrize(
    "token", ["short", "with spaces in the middle", "schlüssel-zu-allem-anderen", "x" * 15, "line\nbreak" * 3]
)
def test_a_token_that_protects_nothing_or_fits_in_no_header_is_refused(token: str) -> None:
    with pytest.raises(BadServe, match="16 or more"):
        listen("127.0.0.1:0", token)


def test_a_port_in_use_is_told() -> None:
    with contextlib.closing(listen("127.0.0.1:0", None)) as first:
        port = first.socket.getsockname()[1]
        with pytest.raises(BadServe, match=f"127.0.0.1:{port}.*another port"):
            listen(f"{port}", None)


def test_nothing_seen_is_alive_and_not_ready() -> None:
    made = server()
    assert asked(made, "/livez").status == 200
    assert asked(made, "/readyz").status == 503
    assert asked(made, "/state").status == 503
    assert asked(made, "/metrics").status == 200


@pytest.mark.parametrize("name", sorted(set(STATES) - {"reset_window"}))
def test_ready_is_where_one_can_trade(name: str) -> None:
    state = STATES[name]()
    found = verdict(state, NOW)
    reply = asked(server(state), "/readyz")
    assert reply.status == (200 if found.name.tradable else 503)
    assert reply.body.decode().startswith(found.name.value)
    assert found.name.tradable or found.summary in reply.body.decode()


def test_ready_ends_with_what_it_was_seen_by() -> None:
    clock = Still()
    made = HealthServer(Listening(socket.socket(), None), clock)
    made.listening.close()
    made.take(ready(), verdict(ready(), NOW), NOW)
    assert asked(made, "/readyz").status == 200
    clock.at = NOW.plus(HUNG_AFTER - 1)
    assert asked(made, "/readyz").status == 503
    assert asked(made, "/livez").status == 200
    clock.at = NOW.plus(HUNG_AFTER + 1)
    assert asked(made, "/livez").status == 503


def test_a_suspend_is_no_death() -> None:
    clock = Still()
    made = HealthServer(Listening(socket.socket(), None), clock)
    made.listening.close()
    made.take(ready(), verdict(ready(), NOW), NOW)
    clock.at = Moment(NOW.plus(8 * 3600.0).wall, NOW.ticks + 1)
    assert asked(made, "/livez").status == 200


def test_the_state_is_the_status_without_ids_and_worths() -> None:
    reply = asked(server(ready()), "/state")
    assert reply.kind == "application/json"
    said = json.loads(reply.body)
    assert (said["schema"], said["verdict"]) == (1, "ready")
    assert said["accounts"] == [{"id": "DU•••567", "currency": "USD", "net_liquidation": None, "positions": 12}]
    assert ACCOUNT.encode() not in reply.body
    assert b"1005165" not in reply.body


def test_the_state_tells_ids_and_worths_where_it_was_asked_to() -> None:
    said = json.loads(asked(server(ready(), account_ids=True), "/state").body)
    assert said["accounts"][0] == {
        "id": ACCOUNT,
        "currency": "USD",
        "net_liquidation": "1005165.50",
        "positions": 12,
    }


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/state", "/metrics", "/", "/nothing"])
def test_with_a_token_nothing_is_told_without_it(path: str) -> None:
    made = server(ready(), token=TOKEN)
    for wrong in ("", TOKEN, f"Basic {TOKEN}", "Bearer", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", "Bearer \xff\xfe"):
        reply = asked(made, path, authorization=wrong)
        assert (reply.status, ("WWW-Authenticate", "Bearer") in reply.more) == (401, True)
        assert TOKEN.encode() not in reply.body
    assert asked(made, path).status == 401
    assert asked(made, path, authorization=f"bearer {TOKEN}", host="monitor.example").status in {200, 404}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:9464", "[::1]:9464", "localhost:1", "LOCALHOST", ""])
def test_without_a_token_it_is_asked_by_address(host: str) -> None:
    assert asked(server(ready()), "/state", host=host).status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:9464", "127.0.0.1.evil.example", "localhost.evil.example:1"]
)
def test_a_name_that_a_web_page_may_have_made_up_is_refused(host: str) -> None:
    reply = asked(server(ready()), "/state", host=host)
    assert reply.status == 403
    assert b"JifN19053" not in reply.body


def test_an_unknown_path_is_told_what_there_is() -> None:
    reply = asked(server(ready()), "/admin")
    assert reply.status == 404
    assert b"/metrics" in reply.body


@asynccontextmanager
async def serving(clock: Clock | None = None, state: MonitorState | None = None) -> AsyncIterator[tuple[str, int]]:
    """A server on a real socket; nothing of it is left at the end."""
    at = clock or SystemClock()
    listening = listen("127.0.0.1:0", None)
    made = HealthServer(listening, at)
    if state is not None:
        made.take(state, verdict(state, NOW), at.now())
    before = asyncio.all_tasks()
    task = asyncio.create_task(serve(listening.socket, made.answer, at))
    await asyncio.sleep(0)
    try:
        yield listening.socket.getsockname()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert asyncio.all_tasks() <= before
        listening.close()


async def sleeping(clock: ManualClock, tasks: int) -> None:
    """Wait until so many tasks wait for that clock. Raises AssertionError where they never do."""
    for _ in range(200_000):
        if clock.sleepers >= tasks:
            return
        await asyncio.sleep(0)
    raise AssertionError(f"{clock.sleepers} tasks wait, not {tasks}")


async def exchanged(where: tuple[str, int], *sent: bytes, end: bool = False) -> bytes:
    """What comes back to that, to its end. A connection that is cut brings what came before."""
    reader, writer = await asyncio.open_connection(*where)
    got = b""
    try:
        for part in sent:
            writer.write(part)
            await writer.drain()
        if end:
            writer.write_eof()
        while part := await reader.read(65536):
            got += part
    except OSError:
        pass
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    return got


def status(answer: bytes) -> int:
    """The status code of a whole answer. Raises AssertionError for less."""
    head, split, body = answer.partition(b"\r\n\r\n")
    assert split
    fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
    assert fields[b"Connection"] == b"close"
    assert int(fields[b"Content-Length"]) == len(body)
    return int(head.split(b" ")[1])


async def test_a_request_in_pieces_is_answered_once_and_the_connection_closed() -> None:
    async with serving() as where:
        assert status(await exchanged(where, *(LIVE[n : n + 1] for n in range(len(LIVE))))) == 200
        assert status(await exchanged(where, LIVE * 50)) == 200
        assert status(await exchanged(where, b"GET /livez HTTP/1.0\r\n\r\n")) == 200
        assert (
            status(await exchanged(where, b"GET /livez?verbose=1 HTTP/1.1\r\nHost: localhost\r\n\r\n", end=True)) == 200
        )


async def test_the_figures_come_over_the_wire_whole() -> None:
    async with serving(state=ready()) as where:
        answer = await exchanged(where, LIVE.replace(b"/livez", b"/metrics"))
        assert status(answer) == 200
        body = answer.partition(b"\r\n\r\n")[2].decode()
        assert {"cpwatch_verdict", "cpwatch_leg_seconds"} <= {
            each.name for each in text_string_to_metric_families(body)
        }


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc", 405),
        (b"DELETE / HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
        (b"HEAD /livez HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
        (b"CONNECT evil:443 HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 405),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"GET /livez HTTP/1.1\r\n\r\n", 400),
        (b"GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", 400),
        (b"GET /livez HTTP/1.1\r\nHost: localhost\r\nA b: c\r\n\r\n", 400),
        (b"GET /../../state HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
        (b"GET http://localhost/livez HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
        (b"GET /livez HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 300_000 + b"\r\n\r\n", 431),
        (b"GET /" + b"a" * 30_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 3000 + b"\r\n", 431),
    ],
)
async def test_what_is_no_good_request_is_told_so(sent: bytes, code: int) -> None:
    async with serving() as where:
        # What is too large may be cut before all of it is taken, which takes the answer back.
        answer = await exchanged(where, sent)
        assert (answer == b"" and code == 431 and len(sent) > 100_000) or status(answer) == code
        assert status(await exchanged(where, LIVE)) == 200


async def test_whoever_asks_slowly_is_cut_off_in_time() -> None:
    clock = ManualClock()
    async with serving(clock) as where:
        reader, writer = await asyncio.open_connection(*where)
        writer.write(LIVE[:20])
        await sleeping(clock, 1)
        await clock.advance(WITHIN - 0.1)
        assert clock.sleepers
        await clock.advance(0.2)
        assert status(await reader.read()) == 408
        writer.close()
        await writer.wait_closed()
        assert status(await exchanged(where, LIVE)) == 200


async def test_those_who_hold_on_are_limited_in_number_and_time() -> None:
    clock = ManualClock()
    async with serving(clock) as where:
        held = [await asyncio.open_connection(*where) for _ in range(AT_ONCE)]
        await sleeping(clock, AT_ONCE)
        assert await exchanged(where, LIVE) == b""
        await clock.advance(WITHIN + 0.1)
        await clock.advance(WITHIN + 0.1)
        for reader, writer in held:
            assert status(await reader.read()) == 408
            writer.close()
            await writer.wait_closed()
        assert status(await exchanged(where, LIVE)) == 200


async def test_a_defect_in_an_answer_costs_that_answer_alone(caplog: pytest.LogCaptureFixture) -> None:
    answers = iter([ValueError("a defect"), Reply(200, b"well")])

    def answer(_: Request) -> Reply:
        match next(answers):
            case Reply() as reply:
                return reply
            case error:
                raise error

    listening = listen("127.0.0.1:0", None)
    task = asyncio.create_task(serve(listening.socket, answer, SystemClock()))
    await asyncio.sleep(0)
    try:
        where = listening.socket.getsockname()
        assert await exchanged(where, LIVE) == b""
        assert status(await exchanged(where, LIVE)) == 200
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert "a request to the health server failed" in caplog.text


@hypothesis_settings(max_examples=40)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=60),
            st.sampled_from(
                [b"GET ", b"/state", b" HTTP/1.1", b"\r\n", b"\r\n\r\n", b"Host: a", b":", b"\0", b"\xff" * 9000, LIVE]
            ),
        ),
        max_size=8,
    )
)
def test_whatever_is_sent_it_answers_the_next_one(parts: list[bytes]) -> None:
    async def sent() -> None:
        async with serving(state=login_required()) as where:
            answer = await exchanged(where, *parts, end=True)
            assert answer == b"" or status(answer) in {200, 400, 403, 404, 405, 431, 503}
            assert status(await exchanged(where, LIVE)) == 200

    asyncio.run(sent())


def test_the_token_is_in_nothing_that_can_be_printed() -> None:
    made = server(replace(ready()), token=TOKEN)
    assert TOKEN not in repr(made.listening.token) + repr(vars(made.listening))
