"""The client against a real server that answers as the public edges of tunnels do."""

from dataclasses import replace

import pytest

from tests.support.edges import CASES, answer, edge
from tests.support.exchanges import asked, state_of
from tests.support.states import NOW
from tui.clock import SystemClock
from tui.domain.address import Address
from tui.domain.failure import FailureKind
from tui.domain.path import PathState
from tui.domain.session import AuthStatus
from tui.domain.verdict import verdict
from tui.gateway.asker import Answer
from tui.gateway.client import GatewayClient
from tui.gateway.errors import GatewayError, TunnelError

pytestmark = pytest.mark.live

PATIENCE = 20.0


async def outcome(address: Address) -> Answer[AuthStatus] | GatewayError:
    """What one question for the session's status brings."""
    client = GatewayClient(address, clock=SystemClock(), connect_timeout=PATIENCE, read_timeout=PATIENCE)
    try:
        return await client.auth_status()
    except GatewayError as error:
        return error
    finally:
        await client.aclose()


@pytest.mark.parametrize("name", list(CASES))
async def test_what_an_edge_answers_is_told_from_what_it_passes_on(name: str) -> None:
    case = CASES[name]
    with edge(name) as address:
        found = await outcome(address)
    result = found.failure if isinstance(found, GatewayError) else found.value
    judged = verdict(replace(state_of(auth=asked(result, 1)), path=PathState(address)), NOW)
    assert judged.name is case.verdict
    if isinstance(found, Answer):
        assert case.kind is None
        assert found.timing.ibkr == 0.0
        return
    failure = found.failure
    assert (failure.kind, failure.tunnel, failure.code) == (case.kind, case.tunnel, case.code)
    assert failure.status is not None
    assert str(failure.status) in failure.evidence
    assert case.code in failure.evidence
    assert "SECRET" not in f"{failure}{judged}"
    own = not name.startswith("passes_")
    assert isinstance(found, TunnelError) is (own and case.kind is not FailureKind.SILENT)
    # What the edge answers by itself says nothing of how far away the gateway is.
    assert (found.timing.first_byte is None) is own
    assert found.timing.connect is not None


async def test_one_connection_serves_many_questions_at_an_edge() -> None:
    with edge(answer(530, b"error code: 1033", "Server: cloudflare", "CF-Ray: 1-FRA")) as address:
        client = GatewayClient(address, clock=SystemClock(), connect_timeout=PATIENCE, read_timeout=PATIENCE)
        times = []
        for _ in range(2):
            with pytest.raises(TunnelError) as raised:
                await client.auth_status()
            times.append(raised.value.timing.connect)
        await client.aclose()
    assert times[0] is not None
    assert times[1] is None
