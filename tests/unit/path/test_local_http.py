"""What asks the agents stays on this machine, and within its bounds, whatever listens there."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.agents import Answer, StandIn, tailscaled, transport
from tests.support.clock import ManualClock
from tests.support.ports import free_port
from tui.clock import SystemClock
from tui.domain.address import Address
from tui.path.local_http import BODY_LIMIT, WHOLE_SECONDS, LocalHttp, decoded
from tui.path.tailscale_api import API_HOST

HERE = Address("http", "127.0.0.1", 4040)
ELSEWHERE = [Address("http", "192.0.2.7", 4040), Address("http", "agent.example.com", 4040)]


@pytest.mark.parametrize("address", ELSEWHERE, ids=str)
async def test_nobody_beyond_this_machine_is_asked_unless_the_user_named_them(address: Address) -> None:
    async with LocalHttp(ManualClock(), transport({"/": Answer("here")})) as ask:
        assert await ask.text(address, "/") is None
        assert await ask.text(address, "/", chosen=True) == "here"


async def test_the_request_says_who_asks_and_carries_nothing_else() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        there = {"Location": "http://192.0.2.7/", "Set-Cookie": "a=b"}
        return httpx.Response(302, headers=there, stream=httpx.ByteStream(b""))

    async with LocalHttp(ManualClock(), httpx.MockTransport(answer)) as ask:
        for _ in range(2):
            reply = await ask.get(HERE, "/api/status")
            assert reply is not None
            assert reply.status == 302
    assert [str(request.url) for request in seen] == ["http://127.0.0.1:4040/api/status"] * 2
    assert {name.lower() for name in seen[1].headers} == {
        "host",
        "user-agent",
        "accept",
        "accept-encoding",
        "connection",
    }


async def test_an_answer_that_does_not_end_is_left_after_a_while() -> None:
    clock = ManualClock()

    async def endless() -> AsyncIterator[bytes]:
        yield b"{"
        await clock.sleep(3600)

    async with LocalHttp(clock, httpx.MockTransport(lambda _: httpx.Response(200, content=endless()))) as ask:
        asking = asyncio.ensure_future(ask.get(HERE, "/"))
        await clock.advance(WHOLE_SECONDS * 0.99)
        assert not asking.done()
        await clock.advance(WHOLE_SECONDS * 0.02)
        assert await asking is None


@pytest.mark.parametrize(("size", "taken"), [(BODY_LIMIT, True), (BODY_LIMIT + 1, False)])
async def test_an_answer_is_taken_up_to_its_limit(size: int, taken: bool) -> None:
    async with LocalHttp(ManualClock(), transport({"/": Answer(b"x" * size)})) as ask:
        reply = await ask.get(HERE, "/")
    assert (reply is not None and len(reply.body) == size) is taken


@pytest.mark.parametrize(
    "error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError, OSError, ValueError]
)
async def test_what_fails_is_no_answer(error: type[Exception]) -> None:
    def fails(_: httpx.Request) -> httpx.Response:
        raise error("no")

    async with LocalHttp(ManualClock(), httpx.MockTransport(fails)) as ask:
        assert await ask.get(HERE, "/") is None
        assert await ask.json(HERE, "/") is None
        assert await ask.unix(Path("x"), API_HOST, "/") is None


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer({"a": [1]}), {"a": [1]}),
        (Answer({"a": 1}, 503), None),
        (Answer("no JSON"), None),
        (Answer("[" * 100_000), None),
        (Answer("9" * 10_000), None),
        (Answer(b"\xff\xfe"), None),
    ],
)
async def test_json_is_that_of_a_200_or_none(answer: Answer, said: object) -> None:
    async with LocalHttp(ManualClock(), transport({"/": answer})) as ask:
        assert await ask.json(HERE, "/") == said


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reading(body: bytes) -> None:
    decoded(body)


async def test_a_password_is_seen_to_be_asked_for() -> None:
    asks = {"WWW-Authenticate": 'Basic realm="Restricted"'}
    documents = {"/": Answer("", 401, asks), "/bearer": Answer("", 401, {"WWW-Authenticate": "Bearer"})}
    async with LocalHttp(ManualClock(), transport(documents)) as ask:
        guarded, other = await ask.get(HERE, "/"), await ask.get(HERE, "/bearer")
    assert guarded is not None
    assert other is not None
    assert (guarded.guarded, other.guarded) == (True, False)


async def test_over_real_sockets_it_goes_straight_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    with StandIn({"/api/status": Answer({"status": "online"})}) as agent:
        async with LocalHttp(SystemClock()) as ask:
            assert await ask.json(agent.address, "/api/status") == {"status": "online"}
            assert await ask.get(Address("http", "127.0.0.1", free_port()), "/") is None
    assert agent.asked == ["/api/status"]


async def test_a_unix_socket_is_asked_likewise() -> None:
    with tailscaled({"BackendState": "Running"}) as socket:
        async with LocalHttp(SystemClock()) as ask:
            reply = await ask.unix(socket, API_HOST, "/localapi/v0/status?peers=false")
            assert reply is not None
            assert reply.json == {"BackendState": "Running"}
            assert await ask.unix(socket.with_name("absent.sock"), API_HOST, "/") is None
            assert await ask.unix(Path("x" * 500), API_HOST, "/") is None
