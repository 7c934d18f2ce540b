"""On real sockets: what is sent on the user's word goes out once, even where a kept connection turns out to be dead."""

import pytest

from tests.support.doubles import Connection, Double, response
from tui.clock import SystemClock
from tui.gateway.client import GatewayClient
from tui.gateway.errors import Cut

pytestmark = pytest.mark.live

STATUS = response(
    "200 OK", b'{"authenticated":false,"connected":true,"competing":false}', "Content-Type: application/json"
)
INIT = b"/iserver/auth/ssodh/init "


async def answers_the_first(connection: Connection) -> None:
    """Answer one request of the connection; take the next one and close without a word."""
    await connection.request()
    await connection.send(STATUS)
    await connection.request()


async def takes_it_and_closes(connection: Connection) -> None:
    """Take a request and close without a word."""
    await connection.request()


def tries(double: Double) -> int:
    return sum(INIT in request for request in double.requests)


async def test_it_goes_out_on_a_connection_of_its_own() -> None:
    async with Double(answers_the_first, tls=True) as double:
        client = GatewayClient(double.address, clock=SystemClock())
        await client.auth_status()
        answer = await client.reopen(compete=True)
        assert not answer.value.authenticated
        assert (tries(double), double.connections) == (1, 2)
        (sent,) = (request for request in double.requests if INIT in request)
        assert sent.endswith(b'\r\n\r\n{"publish":true,"compete":true}')
        await client.aclose()


async def test_one_that_is_cut_is_not_sent_again() -> None:
    async with Double(takes_it_and_closes, tls=True) as double:
        client = GatewayClient(double.address, clock=SystemClock())
        with pytest.raises(Cut):
            await client.reopen(compete=False)
        assert tries(double) == 1
        await client.aclose()
